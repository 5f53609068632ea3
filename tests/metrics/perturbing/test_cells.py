import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from heed.metrics.perturbing.cells import cells_of, summed

SIZE = (8, 12)


def test_a_grid_is_blocks_of_pixels_row_by_row():
    numbers, grid = cells_of((2, 3), SIZE)
    np.testing.assert_array_equal(numbers, np.kron(np.arange(6).reshape(2, 3), np.ones((4, 4))))
    assert grid == (2, 3)
    for same in ([2, 3], np.array([2, 3]), torch.tensor([2, 3])):
        np.testing.assert_array_equal(cells_of(same, SIZE)[0], numbers)


def test_numbers_stay_as_they_are():
    numbers = np.random.default_rng(0).permutation(96).reshape(SIZE) // 5
    for given_ in (numbers, torch.from_numpy(numbers), numbers.astype(np.uint8)):
        found, grid = cells_of(given_, SIZE)
        np.testing.assert_array_equal(found, numbers)
        assert grid is None


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (2, "cells: found 2; expected height and width"),
        ((2, 3, 4), "expected height and width"),
        ((2.0, 3.0), "cells: height: found 2.0"),
        ((0, 3), "cells: height: found 0"),
        ((9, 3), r"cells: found \(9, 3\); expected 1 to 8 by 1 to 12"),
        ("23", "found values of <U2"),
        (np.zeros(SIZE), "numbers of float64; expected .* integers"),
        (np.zeros((12, 8), int), r"found \(12, 8\) numbers"),
        (np.zeros((0, 12), int), r"found \(0, 12\) numbers"),
        (np.full(SIZE, 2), "from 2 to 2; expected every number from 0 on"),
        (np.full(SIZE, -1), "from -1 to -1"),
        (np.where(np.eye(*SIZE), 2, 0), "from 0 to 2"),
    ],
)
def test_cells_that_do_not_fit_are_refused(cells, message):
    with pytest.raises(ValueError, match=message):
        cells_of(cells, SIZE)


@given(st.integers(1, 9), st.integers(1, 20), st.integers(0, 99))
def test_cells_that_hold_the_same_have_the_same_sum_to_the_last_digit(side, cells, seed):
    block = np.random.default_rng(seed).normal(size=side * side)
    of_pixels = np.random.default_rng(seed + 1).permutation(np.repeat(np.arange(cells), side**2))
    maps = np.empty(of_pixels.size)
    for cell in range(cells):
        maps[of_pixels == cell] = block
    found = summed(maps.reshape(1, 1, 1, -1), of_pixels[None])
    assert len(np.unique(found)) == 1
    assert found[0, 0, 0] == pytest.approx(block.sum())


def test_a_missing_pixel_is_missing_in_its_cell():
    maps = np.arange(6.0).reshape(1, 1, 2, 3)
    maps[0, 0, 0, 2] = np.nan
    found = summed(maps, np.array([[0, 0, 1], [0, 1, 1]]))
    np.testing.assert_array_equal(found, [[[4, np.nan]]])
