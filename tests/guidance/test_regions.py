import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.geometry.affine import apply
from heed.geometry.alignment import LandmarksError, alignment
from heed.guidance.landmarks import five_of
from heed.guidance.regions import RECTANGLES, rectangle_corners
from heed.guidance.template_face import template_landmarks
from heed.masks.catalogue import VERSIONS
from heed.masks.outlines import inside
from heed.masks.packing import sizes
from tests.guidance.schematic_face import schematic_face, similarity

# eyes 40 apart, mouth 40 below them and 40 wide: the unit of the frames is 40 pixels
FACE = np.array([[92, 100], [132, 100], [112, 124], [92, 140], [132, 140]], float)
SIZE = 224


def edges(name, landmarks):
    """Left, top, right and bottom of a rectangle that is upright."""
    (corners,) = rectangle_corners(name, landmarks[None])
    left_top, right_bottom = corners[0], corners[2]
    np.testing.assert_allclose(corners[1], [right_bottom[0], left_top[1]], atol=1e-9)
    np.testing.assert_allclose(corners[3], [left_top[0], right_bottom[1]], atol=1e-9)
    return [*left_top.tolist(), *right_bottom.tolist()]


def test_there_are_ten():
    assert list(RECTANGLES) == [
        "face", "forehead", "eyes", "left_eye", "right_eye", "nose", "left_cheek", "right_cheek",
        "mouth", "chin",
    ]  # fmt: skip


def test_an_upright_face_by_hand():
    """40 pixels are 100 in the plane of the shapes; E at (112, 100)."""
    assert edges("eyes", FACE) == pytest.approx([112 - 36.8, 88, 112 + 36.8, 109.6])
    assert edges("nose", FACE) == pytest.approx([112 - 14.4, 124 - 20.8, 112 + 14.4, 124 + 11.2])
    assert edges("mouth", FACE) == pytest.approx([112 - 26.4, 128, 112 + 26.4, 160])
    assert edges("chin", FACE) == pytest.approx([92, 100 + 59.2, 132, 100 + 82])


def test_a_mouth_seen_from_the_side_is_narrow_and_as_high():
    narrow = FACE.copy()
    narrow[3:, 0] = [107, 117]
    left, top, right, bottom = edges("mouth", narrow)
    assert right - left == pytest.approx(1.32 * 10)
    assert bottom - top == pytest.approx(0.8 * 0.9 * 40)


def test_a_broad_smile_has_a_high_mouth():
    broad = FACE.copy()
    broad[3:, 0] = [82, 142]
    _, top, _, bottom = edges("mouth", broad)
    assert bottom - top == pytest.approx(0.8 * 60)


def faces_of(kind, count=12):
    rng = np.random.default_rng(3)
    if kind == "five":
        return template_landmarks() + rng.normal(0, 4, (count, 5, 2))
    return schematic_face() + rng.normal(0, 3, (count, 68, 2))


@pytest.mark.parametrize("name", RECTANGLES)
@pytest.mark.parametrize("kind", ["five", "dlib"])
@given(roll=st.floats(-180, 180), zoom=st.floats(0.3, 10), x=st.floats(-300, 300))
def test_rectangles_turn_and_grow_with_the_face(name, kind, roll, zoom, x):
    faces = faces_of(kind)
    moved = similarity(roll, zoom, x, -x)
    expected = apply(moved, rectangle_corners(name, faces))
    np.testing.assert_allclose(rectangle_corners(name, apply(moved, faces)), expected, atol=1e-6)


@pytest.mark.parametrize("name", RECTANGLES)
@pytest.mark.parametrize("kind", ["five", "dlib"])
def test_they_are_rectangles_with_the_left_upper_corner_first(name, kind):
    (upright,) = rectangle_corners(name, faces_of(kind, 1))
    sides = np.roll(upright, -1, axis=0) - upright
    np.testing.assert_allclose(sides[0], -sides[2], atol=1e-9)
    np.testing.assert_allclose((sides * np.roll(sides, -1, axis=0)).sum(axis=1), 0, atol=1e-6)
    assert upright[0, 0] < upright[1, 0]
    assert upright[1, 1] < upright[2, 1]


def overlap(a, b):
    a, b = inside(a, SIZE), inside(b, SIZE)
    return sizes(a & b)[0] / sizes(a | b)[0]


@pytest.mark.parametrize("name", RECTANGLES)
def test_by_five_landmarks_and_by_68_they_are_the_same_part_of_the_face(name):
    face = apply(similarity(8, 0.6, 112, 100), schematic_face())[None]
    by_five, by_68 = rectangle_corners(name, five_of(face)), rectangle_corners(name, face)
    same = overlap(by_five, by_68)
    assert same > 0.65
    # and of no other part, but that eyes hold each of them and the face all
    others = {other: overlap(by_five, rectangle_corners(other, face)) for other in RECTANGLES}
    assert max(others, key=lambda other: others[other]) == name


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("eyes", "eyes"), ("mouth", "lips"), ("nose", "nose"), ("forehead", "forehead"),
        ("chin", "goatee"), ("face", "face"),
    ],
)  # fmt: skip
def test_they_hold_what_the_masks_draw_there(name, region):
    """Most of the masks of version 3; a goatee begins above the chin."""
    faces = faces_of("five")
    version = VERSIONS["3"]
    masks = version.masks(faces, SIZE)[:, list(version.regions).index(region)]
    held = sizes(masks & inside(rectangle_corners(name, faces), SIZE)) / sizes(masks)
    assert held.min() > (0.6 if region == "goatee" else 0.9)


def test_what_a_68_rectangle_lies_around_is_in_it():
    face = schematic_face()
    for name, rectangle in RECTANGLES.items():
        left, top, right, bottom = edges(name, face)
        points = face[list(rectangle.points)]
        x, y = points.T
        assert left <= x.min() + 1e-9, name
        assert x.max() <= right + 1e-9, name
        assert y.max() <= bottom + 1e-9, name
        if name != "chin":  # which begins below the lip that it is placed by
            assert top <= y.min() + 1e-9, name


def test_on_the_photograph_and_on_its_crop_they_are_the_same():
    photographs = apply(similarity(25, 1.3, 40, 90), faces_of("five"))
    to_crop = alignment(photographs, SIZE, 5.5, [str(index) for index in range(12)])
    for name in RECTANGLES:
        np.testing.assert_allclose(
            rectangle_corners(name, apply(to_crop, photographs)),
            apply(to_crop, rectangle_corners(name, photographs)),
            atol=1e-8,
        )


@pytest.mark.parametrize(
    ("moved", "to", "unknown"),
    [
        ([1], [92, 100], set(RECTANGLES) - {"mouth"}),  # the eyes coincide
        ([4], [92, 140], {"mouth"}),  # the corners of the mouth coincide
        ([0, 1, 2, 3, 4], [50, 50], set(RECTANGLES)),
    ],
)
def test_landmarks_that_coincide_give_no_rectangle(moved, to, unknown):
    odd = FACE.copy()
    odd[moved] = to
    found = {name: rectangle_corners(name, np.stack([odd, FACE])) for name in RECTANGLES}
    assert {name for name, corners in found.items() if np.isnan(corners[0]).any()} == unknown
    assert all(np.isnan(found[name][0]).all() for name in unknown)
    assert all(np.isfinite(corners[1]).all() for corners in found.values())  # the other face


def test_68_landmarks_that_coincide_give_no_rectangle():
    faces = np.stack([np.full((68, 2), 9.0), schematic_face()])
    for name in RECTANGLES:
        corners = rectangle_corners(name, faces)
        assert np.isnan(corners[0]).all()
        assert np.isfinite(corners[1]).all()


def test_an_unknown_name_is_an_error():
    with pytest.raises(InputError, match=r"found \['mouth'\]; expected one of face, forehead"):
        rectangle_corners(["mouth"], np.zeros((1, 5, 2)))
    with pytest.raises(InputError, match="found 'lips'; expected one of face, forehead"):
        rectangle_corners("lips", FACE[None])


def test_a_landmark_that_is_not_finite_is_an_error():
    with pytest.raises(LandmarksError, match="rectangle mouth: face 1 of 2"):
        rectangle_corners("mouth", np.stack([FACE, FACE * np.nan]))
