"""PE of maps and masks, held to hand-computed cases and to the engine of the audit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.explain.postprocess import normalise
from heed.masks.packing import pack
from heed.metrics.grid import pixels
from heed.metrics.grid import tally as grid
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.proportional_energy import proportional_energy
from heed.metrics.scores import scores

shapes = st.tuples(st.integers(1, 6), st.integers(1, 6))
some_masks = shapes.flatmap(lambda shape: arrays(bool, shape))


def test_by_hand():
    maps = np.array([[3.0, 1.0, 0.0], [0.5, 0.0, 1.5]])
    masks = np.array([[1, 0, 1], [1, 0, 0]])
    assert proportional_energy(maps, masks) == pytest.approx(3.5 / 6)
    assert proportional_energy(1000 * maps, masks) == pytest.approx(3.5 / 6)


@given(some_masks, st.floats(1e-3, 1e3))
def test_all_inside_is_1_all_outside_0_and_uniform_the_share_of_the_mask(mask, height):
    if not mask.any():
        assert np.isnan(proportional_energy(mask, mask))
        return
    assert proportional_energy(mask * height, mask) == 1
    assert proportional_energy(~mask * height, mask) == 0
    assert proportional_energy(np.full(mask.shape, height), mask) == pytest.approx(mask.mean())


def test_empty_maps_are_0_empty_masks_and_missing_pixels_are_missing():
    maps = np.zeros((3, 2, 2))
    maps[1, 0, 1], maps[2] = np.nan, 1
    found = proportional_energy(maps, np.eye(2, dtype=bool))
    np.testing.assert_array_equal(found, [0, np.nan, 0.5])
    assert np.isnan(proportional_energy(maps, np.zeros((2, 2), bool))).all()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_is_what_the_audit_computes_from_the_cells(seed):
    rng = np.random.default_rng(seed)
    signed = rng.normal(size=(3, 4, 7, 7)).astype(np.float32)
    signed[0, 0] = -1  # an empty map
    masks = rng.random((3, 4, 56, 56)) < rng.random((3, 4, 1, 1))
    masks[1, 1] = False
    packed = pack(masks)
    found = proportional_energy(normalise(signed, 56), masks)
    of_cells = scores(grid.tally(signed, prepare(packed, np.arange(4), cells=7), 0.0))
    np.testing.assert_allclose(found, of_cells.proportional_energy, rtol=1e-5, atol=1e-7)
    of_pixels = scores(pixels.tally(signed, packed, np.arange(4), 0.0))
    np.testing.assert_allclose(found, of_pixels.proportional_energy, rtol=1e-12)


def test_sums_of_float32_do_not_lose_the_small():
    maps = np.full((2000, 2000), 1e-4, np.float32)
    masks = np.zeros((2000, 2000), bool)
    masks[:, :1000] = True
    maps[0, 0] = 1e4
    exact = (1e4 + (2e6 - 1) * float(np.float32(1e-4))) / (
        1e4 + (4e6 - 1) * float(np.float32(1e-4))
    )
    assert proportional_energy(maps, masks) == pytest.approx(exact, rel=1e-12)
