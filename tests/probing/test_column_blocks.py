"""Chosen features in blocks are those features."""

import numpy as np
import pytest

from heed.pls.blocks import FeatureBlocks, walk
from heed.probing.column_blocks import ColumnBlocks, neurons_of

VALUES = np.random.default_rng(0).normal(size=(5, 24)).astype(np.float32)


class Kept:
    samples = len(VALUES)

    def columns(self, neurons: np.ndarray) -> np.ndarray:
        return VALUES[:, neurons]


@pytest.mark.parametrize("width", [1, 5, 100])
def test_blocks_are_the_columns_in_their_order(width: int) -> None:
    chosen = np.array([7, 3, 20, 0, 23, 4])
    blocks = ColumnBlocks(Kept(), chosen, width)
    assert isinstance(blocks, FeatureBlocks)
    assert (blocks.samples, blocks.features) == (5, 6)
    found = np.concatenate([block for _, block in walk(blocks)], axis=1)
    np.testing.assert_array_equal(found, VALUES[:, chosen])


def test_a_channels_neurons_are_those_of_the_flattened_grid() -> None:
    grid = np.arange(24).reshape(2, 3, 4)
    assert neurons_of([1, 0], grid.shape).tolist() == [*grid[1].ravel(), *grid[0].ravel()]
    assert neurons_of([3], (5,)).tolist() == [3]
