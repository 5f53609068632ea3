"""What the scores of maps against masks refuse, and what they take."""

from functools import partial

import numpy as np
import pytest

from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.intersection_over_union import intersection_over_union
from heed.metrics.proportional_energy import proportional_energy

SCORES = [acceptable_mask_ratio, proportional_energy, intersection_over_union]
every_score = pytest.mark.parametrize("score", SCORES)

MAPS = np.random.default_rng(0).random((2, 3, 8, 5))
MASKS = np.random.default_rng(1).random((3, 8, 5)) < 0.4


@every_score
def test_another_size_is_refused_with_what_to_do(score):
    message = (
        rf"{score.__name__}: found maps of 7 x 7 and masks of 224 x 224 pixels.*normalise\(maps"
    )
    with pytest.raises(ValueError, match=message):
        score(np.ones((7, 7)), np.ones((224, 224), bool))


@every_score
def test_leading_axes_that_do_not_fit_are_refused(score):
    with pytest.raises(ValueError, match=r"found maps \(2, 8, 5\) and masks \(3, 8, 5\)"):
        score(MAPS[:, 0], MASKS)


@every_score
@pytest.mark.parametrize("shape", [(), (4,), (0, 4), (3, 4, 0)])
def test_what_is_no_image_is_refused(score, shape):
    with pytest.raises(ValueError, match=r"expected \(..., H, W\)"):
        score(np.ones(shape), np.ones(shape, bool))


@every_score
@pytest.mark.parametrize("value", [-0.25, np.inf, -np.inf])
def test_maps_that_are_not_rectified_are_refused(score, value):
    maps = MAPS.copy()
    maps[1, 2, 3, 4] = value
    with pytest.raises(ValueError, match=f"found a map with the value {value:g};"):
        score(maps, MASKS)


@pytest.mark.parametrize("score", [acceptable_mask_ratio, intersection_over_union])
def test_a_threshold_means_nothing_for_maps_beyond_0_to_1(score):
    with pytest.raises(
        ValueError, match=r"found a map with the value 200; expected values in 0\.\.1"
    ):
        score(np.full((4, 4), 200, np.uint8), np.eye(4, dtype=bool))


@every_score
@pytest.mark.parametrize("value", [2, 255, 0.5, -1, np.nan])
def test_soft_masks_are_refused(score, value):
    masks = MASKS.astype(float)
    masks[0, 0, 0] = value
    with pytest.raises(ValueError, match=f"found a mask with the value {value:g};"):
        score(MAPS, masks)


@every_score
def test_masks_of_numbers_are_those_of_truth_values(score):
    expected = score(MAPS, MASKS)
    for kind in (np.uint8, np.int64, np.float32):
        np.testing.assert_array_equal(score(MAPS, MASKS.astype(kind)), expected)
    np.testing.assert_array_equal(score(MAPS.tolist(), MASKS.tolist()), expected)


@every_score
def test_any_leading_axes(score):
    expected = score(MAPS, MASKS)
    assert expected.dtype == np.float64
    assert expected.shape == (2, 3)
    np.testing.assert_array_equal(score(MAPS[:, None], MASKS), expected[:, None])
    one = score(MAPS[1, 2], MASKS[2])
    assert np.shape(one) == ()
    assert one == expected[1, 2]
    assert score(MAPS[:0], MASKS).shape == (0, 3)


@pytest.mark.parametrize(
    "score", [partial(acceptable_mask_ratio, threshold=0), proportional_energy]
)
def test_nothing_that_comes_in_is_changed(score):
    maps, masks = MAPS.copy(), MASKS.copy()
    score(maps, masks)
    np.testing.assert_array_equal(maps, MAPS)
    np.testing.assert_array_equal(masks, MASKS)
