"""How a drawn head turns: measured in outlines and in a painted face."""

import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.synthetic.head import ear_x, near_ear, outline
from heed.synthetic.look import Look, setting, sitter
from heed.synthetic.pose import EYE_MOUTH, pose
from heed.synthetic.scene import scene

# Eyes 40 apart, the mouth 41 below them: head coordinates are aligned pixels from (89, 111).
FRONT = np.array([[69, 111], [109, 111], [89, 133], [73, 152], [105, 152]], float)


def turned(nose: float) -> Look:
    """A face whose nose is so many pixels to the right of the middle."""
    strengths = np.zeros(40)
    strengths[ATTRIBUTE_INDEX["No_Beard"]] = 1
    rng = np.random.default_rng(0)
    landmarks = FRONT.copy()
    landmarks[2, 0] += nose
    return Look(strengths, pose(landmarks), sitter(rng), setting(rng))


def cheeks(look: Look) -> tuple[float, float]:
    """How far the face reaches to the left and to the right of the midpoint of the eyes."""
    edge = outline(look)
    beside = edge[np.abs(edge[:, 1] - EYE_MOUTH / 4) < 12, 0]
    return -float(beside.min()), float(beside.max())


def test_a_frontal_face_is_symmetric() -> None:
    left, right = cheeks(turned(0.0))
    assert left == pytest.approx(right)
    assert ear_x(turned(0.0), -1) == pytest.approx(-ear_x(turned(0.0), 1))
    assert not near_ear(turned(0.0))


@pytest.mark.parametrize("nose", [6.0, 14.0, 22.0])
def test_the_cheek_that_a_head_turns_to_narrows_and_the_other_grows(nose: float) -> None:
    front, _ = cheeks(turned(0.0))
    left, right = cheeks(turned(nose))
    assert right < front - 0.5 * nose
    assert left > front + 0.5 * nose
    assert cheeks(turned(-nose)) == pytest.approx((right, left), abs=1e-9)


@pytest.mark.parametrize("nose", [-14.0, 14.0])
def test_the_near_ear_lies_on_the_cheek_and_the_far_one_behind_it(nose: float) -> None:
    look = turned(nose)
    near = -1 if nose > 0 else 1
    left, right = cheeks(look)
    reach = {-1: left, 1: right}
    assert near * ear_x(look, near) < reach[near] - 5
    (shape, _) = near_ear(look)
    assert (near * shape.curves[0][:, 0] > 0).all()
    # The ear is 8 wide: the far one ends within the face, which is drawn over it.
    assert -near * ear_x(look, -near) + 8 < reach[-near] + 2


def test_the_far_eye_is_narrower_than_the_near_one() -> None:
    eyes = scene(turned(14.0)).parts
    white = [
        stroke.curves[0]
        for part in eyes
        for stroke in part.strokes
        if stroke.colour == (246, 244, 240) and len(stroke.curves[0]) == 26
    ]
    near, far = (float(np.ptp(curve[:, 0])) for curve in white)
    assert far < 0.9 * near
