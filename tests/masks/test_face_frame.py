import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.geometry.affine import apply
from heed.geometry.alignment import LandmarksError
from heed.masks.face_frame import frames

# eyes 40 apart, mouth 40 below them and 32 wide, nose on the midline
FACE = np.array([[92, 100], [132, 100], [112, 124], [96, 140], [128, 140]], float)
coordinates = st.floats(-300, 500, allow_nan=False)


def at(face: np.ndarray, frame: str, *points: tuple[float, float]) -> list[list[float]]:
    """Where points of a frame are in the crop."""
    return apply(frames(face[None])[frame][0], np.array(points, float)).round(6).tolist()


def test_an_upright_face_by_hand():
    assert at(FACE, "eyes", (-50, 0), (50, 0), (0, 50)) == [[92, 100], [132, 100], [112, 120]]
    assert at(FACE, "nose", (0, 0), (10, 0), (0, -10)) == [[112, 124], [116, 124], [112, 120]]
    assert at(FACE, "mouth", (-50, 0), (50, 0), (0, 50)) == [[96, 140], [128, 140], [112, 156]]
    for frame in ("jaw", "head"):
        assert at(FACE, frame, (0, 0), (100, 0), (0, 200)) == [[112, 100], [152, 100], [112, 180]]


def test_the_unit_is_the_geometric_mean_of_both_distances():
    wide = FACE.copy()
    wide[:2, 0] += [-12.5, 12.5]  # 65 across and 40 down: the root of 2,600
    unit = np.sqrt(65 * 40)
    for frame in ("nose", "jaw", "head"):
        matrix = frames(wide[None])[frame][0]
        np.testing.assert_allclose(matrix[:, :2], np.eye(2) * unit / 100)
    np.testing.assert_allclose(frames(wide[None])["eyes"][0, :, :2], np.diag([65, unit]) / 100)


def test_a_head_that_turns_moves_away_from_the_nose():
    turned = FACE.copy()
    turned[2, 0] += 8  # a fifth of across
    assert at(turned, "head", (0, 0), (0, 100)) == [[104, 100], [104, 140]]
    # the edge of the face moves beside the eyes, half as far at the mouth, not at the chin
    assert at(turned, "jaw", (0, 0), (0, 100), (0, 200)) == [[104, 100], [108, 140], [112, 180]]
    assert at(turned, "eyes", (0, 0)) == at(FACE, "eyes", (0, 0))
    assert at(turned, "mouth", (0, 0)) == at(FACE, "mouth", (0, 0))
    assert at(turned, "nose", (0, 0)) == [[120, 124]]


def test_a_nose_far_off_moves_the_head_by_half_the_distance_of_the_eyes():
    far = FACE.copy()
    far[2, 0] += 500
    assert at(far, "head", (0, 0)) == [[92, 100]]


def test_the_jaw_stays_below_the_mouth():
    slanted = FACE.copy()
    slanted[2:, 0] += [3, 5, 5]  # the nose on the line from the eyes to the mouth
    (middle,) = at(slanted, "jaw", (0, 200))
    direction = np.array(middle) - [112, 100]
    assert direction[0] / direction[1] == pytest.approx(5 / 40)


def test_swapped_landmarks_do_not_turn_a_face_upside_down():
    swapped = FACE[[1, 0, 2, 4, 3]]
    for frame in frames(FACE[None]):
        assert at(swapped, frame, (0, 100)) == at(FACE, frame, (0, 100))
        assert at(swapped, frame, (100, 0)) == at(FACE, frame, (-100, 0))


@given(
    angle=st.floats(-np.pi, np.pi),
    zoom=st.floats(0.2, 20),
    shift=st.tuples(coordinates, coordinates),
    noise=st.lists(st.floats(-6, 6), min_size=10, max_size=10),
)
def test_frames_move_with_the_face(angle, zoom, shift, noise):
    """Any similarity of the landmarks is the same similarity of the frames."""
    face = FACE + np.reshape(noise, (5, 2))
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    similarity = np.array([[cosine, -sine, shift[0]], [sine, cosine, shift[1]]])
    points = np.array([[0, 0], [100, 0], [0, 100]], float)
    moved = frames(apply(similarity, face)[None])
    for frame, matrix in frames(face[None]).items():
        expected = apply(similarity, apply(matrix[0], points))
        np.testing.assert_allclose(apply(moved[frame][0], points), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("moved", "to", "unknown"),
    [
        ([1], [92, 100], {"eyes", "nose", "jaw", "head"}),  # the eyes coincide
        ([3, 4], [112, 100], {"eyes", "nose", "mouth", "jaw", "head"}),  # the mouth on their line
        ([4], [96, 140], {"mouth"}),  # the corners of the mouth coincide
        ([0, 1, 2, 3, 4], [50, 50], {"eyes", "nose", "mouth", "jaw", "head"}),
    ],
)
def test_landmarks_that_give_no_direction_give_no_frame(moved, to, unknown):
    odd = FACE.copy()
    odd[moved] = to
    found = frames(np.stack([odd, FACE]))
    assert {name for name, matrix in found.items() if np.isnan(matrix[0]).any()} == unknown
    assert all(np.isnan(found[name][0]).all() for name in unknown)
    assert all(np.isfinite(matrix[1]).all() for matrix in found.values())  # the other face


@pytest.mark.parametrize(("zoom", "known"), [(0.02, False), (0.04, True)])
def test_a_face_must_be_a_pixel_large(zoom, known):
    """The unit of 40 pixels becomes 0.8 or 1.6, the mouth's width of 32 becomes 0.64 or 1.28."""
    for matrix in frames(zoom * FACE[None]).values():
        assert np.isfinite(matrix).all() == known


def test_a_landmark_that_is_not_finite_is_an_error():
    odd = np.stack([FACE, FACE])
    odd[1, 2, 0] = np.nan
    with pytest.raises(LandmarksError, match=r"face 1 of 2: .*nan.* five finite x, y pairs"):
        frames(odd)
