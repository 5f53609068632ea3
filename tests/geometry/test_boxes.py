import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.geometry import affine
from heed.geometry.boxes import BoxError, box_alignment, from_corners, from_table, scaled

SIDES = st.floats(1, 3000)
BOXES = st.tuples(st.floats(-500, 5000), st.floats(-500, 5000), SIDES, SIDES)


def corners(box: np.ndarray) -> np.ndarray:
    x, y, width, height = box
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


def test_a_box_grows_about_its_centre_by_hand():
    # the report's code: x -= (k - 1)/2·w, y -= (k - 1)/2·h, w *= k, h *= k
    grown = scaled([[10, 20, 40, 60], [0, 0, 1, 1]], 2)
    np.testing.assert_array_equal(grown, [[-10, -10, 80, 120], [-0.5, -0.5, 2, 2]])
    np.testing.assert_array_equal(scaled([10, 20, 40, 60], 1), [10, 20, 40, 60])
    np.testing.assert_array_equal(scaled([10, 20, 40, 60], 0.5), [20, 35, 20, 30])


def test_a_tall_box_by_hand():
    # 80 x 120 at (10, 20): 224/120 of its size, its centre (50, 80) at (112, 112)
    zoom = 224 / 120
    expected = [[zoom, 0, 112 - 50 * zoom], [0, zoom, 112 - 80 * zoom]]
    found = box_alignment([[10, 20, 80, 120]], 224, ["face"])
    np.testing.assert_allclose(found, [expected], atol=1e-12)
    top, bottom = affine.apply(found[0], [[50, 20], [50, 140]])
    np.testing.assert_allclose([top, bottom], [[112, 0], [112, 224]], atol=1e-12)


@given(BOXES, st.integers(32, 512))
def test_the_whole_box_is_in_the_square_about_its_centre_and_upright(box, size):
    matrix = box_alignment([box], size, ["face"])[0]
    inside = affine.apply(matrix, corners(np.array(box)))
    assert inside.min() > -1e-6
    assert inside.max() < size + 1e-6
    np.testing.assert_allclose(inside.mean(axis=0), size / 2, atol=1e-6)
    assert matrix[0, 0] == matrix[1, 1] > 0
    assert matrix[0, 1] == matrix[1, 0] == 0
    # it is as large as it can be: its longer side fills the square
    assert np.ptp(inside, axis=0).max() == pytest.approx(size)


@given(BOXES, st.floats(0.25, 4))
def test_a_larger_box_shows_the_face_smaller_at_the_same_place(box, factor):
    plain = box_alignment([box], 224, ["face"])[0]
    grown = box_alignment(scaled([box], factor), 224, ["face"])[0]
    assert grown[0, 0] * factor == pytest.approx(plain[0, 0])
    centre = np.array(box[:2]) + np.array(box[2:]) / 2
    np.testing.assert_allclose(affine.apply(grown, [centre]), [[112, 112]], atol=1e-6)


def test_many_boxes_are_aligned_one_by_one():
    rng = np.random.default_rng(0)
    boxes = rng.uniform(1, 300, (5, 4))
    together = box_alignment(boxes, 256, list("abcde"))
    single = [box_alignment(box[None], 256, ["one"])[0] for box in boxes]
    np.testing.assert_array_equal(together, single)
    assert box_alignment(np.empty((0, 4)), 256, []).shape == (0, 2, 3)


def test_corners_become_position_and_extent():
    np.testing.assert_array_equal(
        from_corners([[1, 2, 11, 32], [-5, 0, 5, 1]]), [[1, 2, 10, 30], [-5, 0, 10, 1]]
    )


def test_boxes_of_a_table_with_and_without_prefix():
    values = [[1, 2, 3, 4], [5, 6, 7, 8]]
    table = pd.DataFrame(values, columns=["box_x", "box_y", "box_width", "box_height"])
    np.testing.assert_array_equal(from_table(table, "box_"), values)
    table = table.astype("Int64").rename(columns=lambda name: name.removeprefix("box_"))
    table.loc[1] = pd.NA
    np.testing.assert_array_equal(from_table(table), [[1, 2, 3, 4], [np.nan] * 4])


@pytest.mark.parametrize(
    "box", [[1, 2, 0, 5], [1, 2, 5, -1], [np.nan, 2, 5, 5], [1, 2, np.inf, 5], [np.nan] * 4]
)
def test_a_box_that_cannot_be_is_an_error_that_names_the_image(box):
    with pytest.raises(BoxError, match=r"second\.jpg: found the box"):
        box_alignment([[1, 2, 3, 4], box], 224, ["first.jpg", "second.jpg"])
