import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import jaccard_score

from heed.metrics.intersection_over_union import (
    THRESHOLDS,
    intersection_over_union,
    iou_over_thresholds,
)

shape = (3, 4)
some_maps = arrays(np.float32, shape, elements=st.floats(0, 1, width=32))


@given(some_maps, arrays(bool, shape), st.sampled_from([0, 0.3, 0.5]))
@example(np.full(shape, 0.3, np.float32), np.ones(shape, bool), 0.3)
def test_against_sklearn(maps, mask, threshold):
    found = intersection_over_union(maps, mask, threshold)
    if not mask.any():
        assert np.isnan(found)
        return
    active = maps > np.float64(threshold)  # a pixel of 0.3 in float32 is above 0.3
    assert found == pytest.approx(jaccard_score(mask.ravel(), active.ravel()))


@given(arrays(bool, shape).filter(np.any))
def test_a_perfect_map_is_1_and_its_opposite_0_and_a_uniform_one_the_share_of_the_mask(mask):
    assert intersection_over_union(mask, mask) == 1
    assert intersection_over_union(~mask, mask) == 0
    assert intersection_over_union(np.ones(shape), mask) == pytest.approx(mask.mean())


def test_empty_maps_are_0_empty_masks_and_missing_pixels_are_missing():
    maps = np.zeros((3, 2, 2))
    maps[1, 0, 1], maps[2] = np.nan, 1
    found = intersection_over_union(maps, np.eye(2, dtype=bool))
    np.testing.assert_array_equal(found, [0, np.nan, 0.5])
    assert np.isnan(intersection_over_union(maps, np.zeros((2, 2), bool))).all()


@pytest.mark.parametrize("threshold", [-0.1, 1, np.nan])
def test_a_threshold_beyond_the_maps_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold: found"):
        intersection_over_union(np.ones((2, 2)), np.ones((2, 2), bool), threshold)


@given(
    arrays(np.float32, (2, 3, *shape), elements=st.sampled_from([0, 0.25, 0.3, 0.5, 0.7, 0.95, 1])),
    arrays(bool, (3, *shape)),
)
def test_over_thresholds_it_is_that_of_each(maps, masks):
    maps[0, 1, 0, 0] = np.nan
    found = iou_over_thresholds(maps, masks)
    assert found.shape == (2, 3, len(THRESHOLDS))
    expected = [intersection_over_union(maps, masks, each) for each in THRESHOLDS]
    np.testing.assert_array_equal(found, np.stack(expected, axis=-1))
    one = iou_over_thresholds(maps[1, 0], masks[0], [0.3])
    np.testing.assert_array_equal(one[0], intersection_over_union(maps[1, 0], masks[0], 0.3))


@pytest.mark.parametrize("thresholds", [[], [0.5, 0.5], [0.5, 0.2], [1.0], [-0.1], [np.nan], 0.5])
def test_thresholds_that_do_not_rise_are_refused(thresholds):
    with pytest.raises(ValueError, match="iou_over_thresholds: thresholds: found"):
        iou_over_thresholds(np.ones((2, 2)), np.ones((2, 2), bool), thresholds)
