"""Deleted cells, against loops over pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.explain.placement import AxisPlacement, Placement
from heed.metrics.deletion import (
    cells_of_masks,
    cells_of_pixels,
    filled,
    highest_cells,
    random_cells,
    without_cells,
)

SIZE, CELLS = 64, 4


@given(st.floats(-10, 25), st.floats(-10, 25))
def test_a_pixel_belongs_to_the_cell_that_is_nearest(down: float, across: float) -> None:
    placement = Placement(AxisPlacement(16, down), AxisPlacement(16, across))
    of_pixels = cells_of_pixels(SIZE, CELLS, placement)
    for y in range(0, SIZE, 7):
        for x in range(0, SIZE, 7):
            row, column = divmod(int(of_pixels[y, x]), CELLS)
            nearest_row = min(abs(16 * cell + down - y) for cell in range(CELLS))
            nearest_column = min(abs(16 * cell + across - x) for cell in range(CELLS))
            assert abs(16 * row + down - y) <= nearest_row + 1e-9
            assert abs(16 * column + across - x) <= nearest_column + 1e-9


def test_the_highest_cells_are_those_of_a_sort_and_signs_count() -> None:
    values = np.random.default_rng(0).normal(size=(3, 5, 16))
    chosen = highest_cells(values, 6)
    assert (chosen.sum(-1) == 6).all()
    for of_map, found in zip(values.reshape(-1, 16), chosen.reshape(-1, 16), strict=True):
        assert of_map[found].min() > of_map[~found].max()


@pytest.mark.parametrize("count", [0, 16])
def test_all_cells_cannot_be_deleted(count: int) -> None:
    with pytest.raises(InputError, match=r"causal\.cells: found \d+ for maps of 16 cells"):
        highest_cells(np.zeros(16), count)


def test_the_cells_of_a_mask_are_those_it_fills_then_those_around_it() -> None:
    masks = np.zeros((3, SIZE, SIZE), bool)
    masks[0, 16:32, 16:48] = True  # cells 5 and 6
    masks[1, :16, :4] = True  # a quarter of cell 0
    of_pixels = cells_of_pixels(SIZE, CELLS, Placement.half_pixel(SIZE, CELLS))
    (two, corner, none) = cells_of_masks(masks, of_pixels, 2)
    assert np.flatnonzero(two).tolist() == [5, 6]
    assert np.flatnonzero(corner).tolist() == [0, 4]  # below it: nearer than to its right
    assert not none.any()


def test_random_cells_are_as_many_and_any() -> None:
    chosen = random_cells(16, 3, 4000, np.random.default_rng(0))
    assert (chosen.sum(1) == 3).all()
    np.testing.assert_allclose(chosen.mean(0), 3 / 16, atol=0.03)


def test_deleted_pixels_are_filled_and_no_others() -> None:
    rng = np.random.default_rng(0)
    crop = rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    of_pixels = cells_of_pixels(SIZE, CELLS, Placement.half_pixel(SIZE, CELLS))
    filling = filled(crop, "mean", 16)
    chosen = random_cells(16, 3, 2, rng)
    for image, cells in zip(without_cells(crop, chosen, of_pixels, filling), chosen, strict=True):
        for y in range(0, SIZE, 5):
            for x in range(0, SIZE, 5):
                source = filling if cells[of_pixels[y, x]] else crop
                assert (image[y, x] == source[y, x]).all()


def test_the_fillings_keep_the_mean_colour_and_blur_keeps_no_detail() -> None:
    crop = np.zeros((SIZE, SIZE, 3), np.uint8)
    crop[::2] = (200, 100, 50)
    for filling in ("blur", "mean"):
        found = filled(crop, filling, 16).astype(float)
        np.testing.assert_allclose(found.mean((0, 1)), crop.mean((0, 1)), atol=2)
        assert np.ptp(found[..., 0]) <= 12
