import numpy as np
import pytest

from heed.geometry.affine import apply
from heed.synthetic.pose import (
    ALIGNED_HEIGHT,
    ALIGNED_WIDTH,
    FACE_FRAME_TO_ALIGNED,
    LandmarkDistribution,
    frontal_ratio,
    pose,
)


@pytest.fixture(scope="module")
def distribution() -> LandmarkDistribution:
    return LandmarkDistribution()


def test_frontal_ratio_by_hand() -> None:
    # Eye centre (40, 50), mouth centre (40, 90); the nose is 5 to the right of that line.
    landmarks = np.array([(20, 50), (60, 50), (45, 75), (25, 90), (55, 90)], float)
    assert frontal_ratio(landmarks) == pytest.approx(5 / 40)


@pytest.mark.parametrize("frontal", [True, False])
def test_drawn_landmarks_are_on_the_asked_side_of_the_rule(
    distribution: LandmarkDistribution, frontal: bool
) -> None:
    rng = np.random.default_rng(0)
    drawn = np.stack([distribution.draw(rng, frontal=frontal) for _ in range(400)])
    assert ((frontal_ratio(drawn) <= 0.1) == frontal).all()
    # Whole pixels, as the files have them, move few faces across the rule.
    assert ((frontal_ratio(np.rint(drawn)) <= 0.1) == frontal).mean() > 0.9
    np.testing.assert_allclose(drawn.mean(0)[:2], [(69, 111), (108, 111)], atol=1.5)
    assert (drawn > 0).all()
    assert (drawn < (ALIGNED_WIDTH, ALIGNED_HEIGHT)).all()


def test_head_coordinates_and_face_frame_agree(distribution: LandmarkDistribution) -> None:
    aligned = distribution.draw(np.random.default_rng(3), frontal=False)
    posed = pose(aligned)
    in_frame = apply(posed.to_face_frame, posed.landmarks)
    np.testing.assert_allclose(apply(FACE_FRAME_TO_ALIGNED, in_frame), aligned)
    np.testing.assert_allclose(posed.landmarks[:2].mean(0), (0, 0), atol=1e-9)
    np.testing.assert_allclose(posed.landmarks[3:].mean(0), (0, 41), atol=1e-9)


def test_a_nose_to_the_right_turns_the_head_to_the_right() -> None:
    posed = pose(np.array([(69, 111), (108, 111), (98, 135), (71, 152), (106, 152)], float))
    assert posed.turn > 0
    assert posed.centre < 0
