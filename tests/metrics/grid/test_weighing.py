import numpy as np
import pytest

from heed.explain.placement import AxisPlacement, Placement
from heed.masks.packing import pack
from heed.metrics.grid.axes import axes_of
from heed.metrics.grid.weighing import cell_weights, weighted_sums

SIZE, CELLS = 64, 5
PLACEMENTS = [
    Placement.half_pixel(SIZE, CELLS),
    Placement(AxisPlacement(11.5, 3), AxisPlacement(12, -2.25)),
]


def masks(rng):
    """Noise, a box, a disc, rows that repeat, nothing, everything, a border."""
    found = np.zeros((7, SIZE, SIZE), bool)
    y, x = np.mgrid[:SIZE, :SIZE]
    found[0] = rng.random((SIZE, SIZE)) < 0.5
    found[1, 7:33, 9:64] = True
    found[2] = np.hypot(y - 30, x - 20) < 17
    found[3] = (rng.random((SIZE // 8, SIZE)) < 0.5).repeat(8, axis=0)
    found[5] = True
    found[6] = (y == 0) | (x == 0) | (x == SIZE - 1)
    return found


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_weights_of_cells_are_those_of_the_pixels_in_the_mask(placement):
    inside = np.stack([masks(np.random.default_rng(seed)) for seed in range(40)])
    down, across = axes_of(SIZE, CELLS, placement)
    expected = down.weights.T @ inside @ across.weights
    found = cell_weights(pack(inside), (down, across))
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-12, atol=1e-11)


def test_a_mask_has_the_same_weights_in_any_company():
    inside = pack(np.stack([masks(np.random.default_rng(seed)) for seed in range(40)]))
    axes = axes_of(SIZE, CELLS, PLACEMENTS[1])
    together = cell_weights(inside, axes)
    alone = [cell_weights(inside[image : image + 1, 2:3], axes)[0, 0] for image in range(40)]
    assert together[:, 2].tobytes() == np.stack(alone).tobytes()


@pytest.mark.parametrize("shared", [False, True])
def test_sums_of_cells(shared):
    rng = np.random.default_rng(0)
    cells = rng.random((6, 4, 9)).astype(np.float32)
    weights = rng.random((1 if shared else 6, 3, 9))
    regions = np.array([2, 0, 1, 2])
    found = weighted_sums(cells, weights, regions)
    np.testing.assert_allclose(found, (cells * weights[:, regions]).sum(-1), rtol=1e-12)
