import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from heed.geometry import affine
from heed.masks import evidence
from heed.masks.packing import pack, sizes, unpack

IDENTITY = np.array([[1.0, 0, 0], [0, 1, 0]])


def frame_with(mask: np.ndarray, attribute: int = 0) -> np.ndarray:
    frame = np.zeros((1, 40, *mask.shape), bool)
    frame[0, attribute] = mask
    return pack(frame)


def carried(mask, to_source=IDENTITY, to_crop=IDENTITY, source=(1000, 1000), size=64, attribute=0):
    one = evidence.masks(frame_with(mask, attribute), [to_source], [to_crop], [source], size)
    return unpack(one)[0, attribute]


def test_without_transforms_the_mask_stays():
    mask = np.random.default_rng(0).random((64, 64)) < 0.5
    np.testing.assert_array_equal(carried(mask), mask)


def test_a_shift_and_a_zoom_by_hand():
    mask = np.zeros((64, 64), bool)
    mask[10:20, 8:12] = True
    # frame -> photograph: +5, +3; photograph -> crop: twice as large, about pixel edges
    moved = carried(mask, [[1, 0, 5], [0, 1, 3]], [[2, 0, 0.5], [0, 2, 0.5]])
    rows, columns = (np.flatnonzero(moved.any(axis=axis)) for axis in (1, 0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (26, 45, 26, 33)
    assert moved.sum() == 4 * mask.sum()


@pytest.mark.parametrize(
    ("right", "down", "corner"),
    [
        (9, 9, True),  # 23/32 * 23/32 = 0.517
        (9, 10, False),  # 23/32 * 22/32 = 0.494
        (10, 9, False),
        (16, 0, True),  # exactly one half
        (17, 0, False),
    ],
)
def test_half_a_pixel_of_evidence_is_enough(right, down, corner):
    """The corner of a mask, moved by 32nds of a pixel: how much of it is left in its pixel."""
    mask = np.zeros((64, 64), bool)
    mask[20:40, 20:40] = True
    found = carried(mask, to_crop=[[1, 0, right / 32], [0, 1, down / 32]])
    assert found[20, 20] == corner
    assert found[21:39, 21:39].all()
    assert not found[:20].any()


def test_against_scipy_for_every_attribute():
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:64, :64]
    centres, radii = rng.uniform(15, 50, (40, 2)), rng.uniform(3, 15, 40)
    masks = [(x - a) ** 2 + (y - b) ** 2 < r**2 for (a, b), r in zip(centres, radii, strict=True)]
    frame = np.stack(masks)[None]
    to_source = np.array([[1.1, 0.2, 9], [-0.2, 1.1, 20]])
    to_crop = np.array([[0.7, -0.1, 3], [0.1, 0.7, -9]])
    found = unpack(evidence.masks(pack(frame), [to_source], [to_crop], [(90, 90)], 64))[0]

    crop_y, crop_x = np.mgrid[:64, :64]
    pixels = np.stack([crop_x.ravel(), crop_y.ravel()], axis=1)
    source = affine.apply(affine.invert(to_crop), pixels)
    on_photograph = ((source >= -0.5) & (source < 89.5)).all(axis=1).reshape(64, 64)
    at = affine.apply(affine.invert(to_source), source)[:, ::-1].T
    for attribute in range(40):
        value = map_coordinates(frame[0, attribute].astype(float), at, order=1, cval=0)
        value = value.reshape(64, 64)
        clear = np.abs(value - 0.5) > 0.05  # cv2 samples at 1/32 pixel
        expected = (value >= 0.5) & on_photograph
        np.testing.assert_array_equal(found[attribute][clear], expected[clear])
        assert clear.mean() > 0.95


def test_no_evidence_beyond_the_photograph():
    moved = carried(np.ones((64, 64), bool), source=(40, 50))
    expected = np.zeros((64, 64), bool)
    expected[:50, :40] = True
    np.testing.assert_array_equal(moved, expected)


@pytest.mark.parametrize(
    ("shift", "first", "last"), [(0.25, 0, 39), (0.75, 1, 40), (-0.25, 0, 39), (-0.75, 0, 38)]
)
def test_a_photograph_ends_half_a_pixel_beyond_its_outermost_centres(shift, first, last):
    """Of a photograph 40 wide: the columns of the crop whose centre is from -0.5 to 39.5."""
    moved = carried(np.ones((64, 64), bool), to_crop=[[1, 0, shift], [0, 1, 0]], source=(40, 64))
    columns = np.flatnonzero(moved.all(axis=0))
    assert (columns[0], columns[-1], len(columns)) == (first, last, last - first + 1)
    assert moved.sum() == 64 * len(columns)


def test_an_attribute_without_evidence_is_empty():
    empty = evidence.masks(
        pack(np.zeros((2, 40, 64, 64))), [IDENTITY] * 2, [IDENTITY] * 2, [(64, 64)] * 2, 32
    )
    assert sizes(empty).tolist() == [[0] * 40] * 2


def test_rows_are_found_by_name():
    rows = evidence.rows_of(["b.jpg", "d.jpg"], ["a.jpg", "b.jpg", "c.jpg", "d.jpg"])
    assert rows.tolist() == [1, 3]


def test_an_image_without_evidence_is_named():
    with pytest.raises(evidence.EvidenceError, match=r"x\.jpg: no evidence.*frontal\.partition"):
        evidence.rows_of(["a.jpg", "x.jpg"], ["a.jpg"])
