"""AMR of maps and masks, held to hand-computed cases and to the engine of the audit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.explain.postprocess import normalise
from heed.masks.packing import pack
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.grid import tally as grid
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.scores import scores

shapes = st.tuples(st.integers(1, 6), st.integers(1, 6))
some_masks = shapes.flatmap(lambda shape: arrays(bool, shape))
thresholds = st.sampled_from([0, 0.25, 0.5, 0.9])


def test_by_hand():
    # 4 x 5 pixels, 6 in the mask; 4 active, of which 3 are inside: 3/4 x 14/20
    maps = np.zeros((4, 5), np.float32)
    maps[0, :3], maps[3, 4], maps[1, 1] = 0.75, 1, 0.5  # 0.5 is not above 0.5
    masks = np.zeros((4, 5), bool)
    masks[:2, :3] = True
    assert acceptable_mask_ratio(maps, masks) == pytest.approx(3 / 4 * 14 / 20)
    assert acceptable_mask_ratio(maps, masks, threshold=0) == pytest.approx(4 / 5 * 14 / 20)
    assert acceptable_mask_ratio(maps, masks, threshold=0.75) == 0


@given(some_masks, thresholds)
def test_a_perfect_map_reaches_the_share_outside_the_mask_and_its_opposite_nothing(mask, threshold):
    if not mask.any():
        assert np.isnan(acceptable_mask_ratio(mask, mask, threshold))
        return
    best = (mask.size - mask.sum()) / mask.size
    assert acceptable_mask_ratio(mask, mask, threshold) == best
    assert acceptable_mask_ratio(~mask, mask, threshold) == 0
    everywhere = acceptable_mask_ratio(np.ones(mask.shape), mask, threshold)
    assert everywhere == pytest.approx(mask.mean() * best)


@pytest.mark.parametrize("empty", [np.zeros((3, 4)), np.full((3, 4), 0.5)])
def test_empty_maps_are_0_and_empty_masks_missing(empty):
    half = np.arange(12).reshape(3, 4) < 6
    assert acceptable_mask_ratio(empty, half) == 0
    assert np.isnan(acceptable_mask_ratio(empty, np.zeros((3, 4), bool)))
    assert np.isnan(acceptable_mask_ratio(np.ones((3, 4)), np.zeros((3, 4), bool)))
    assert acceptable_mask_ratio(np.ones((3, 4)), np.ones((3, 4), bool)) == 0


def test_a_map_with_a_missing_pixel_is_missing():
    maps, masks = np.ones((2, 3, 3)), np.eye(3, dtype=bool)
    maps[1, 0, 2] = np.nan
    found = acceptable_mask_ratio(maps, masks)
    assert np.isnan(found).tolist() == [False, True]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), threshold=st.sampled_from([0.0, 0.3, 0.5]))
def test_it_is_what_the_audit_computes_from_the_cells(seed, threshold):
    rng = np.random.default_rng(seed)
    signed = rng.normal(size=(3, 4, 7, 7)).astype(np.float32)
    signed[0, 0] = -1  # an empty map
    masks = rng.random((3, 4, 56, 56)) < rng.random((3, 4, 1, 1))
    masks[1, 1] = False
    of_cells = scores(grid.tally(signed, prepare(pack(masks), np.arange(4), cells=7), threshold))
    found = acceptable_mask_ratio(normalise(signed, 56), masks, threshold)
    assert found.shape == (3, 4)
    np.testing.assert_array_equal(found, of_cells.amr)


def test_leading_axes_broadcast():
    rng = np.random.default_rng(0)
    maps, masks = rng.random((5, 3, 8, 6)), rng.random((3, 8, 6)) < 0.5
    found = acceptable_mask_ratio(maps, masks)
    assert found.shape == (5, 3)
    for face, attribute in np.ndindex(5, 3):
        assert found[face, attribute] == acceptable_mask_ratio(
            maps[face, attribute], masks[attribute]
        )


@pytest.mark.parametrize("threshold", [-0.1, 1, np.nan])
def test_a_threshold_beyond_the_maps_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold: found"):
        acceptable_mask_ratio(np.ones((2, 2)), np.ones((2, 2), bool), threshold)
