"""What every metric takes in: numbers, as arrays, lists and tensors of any kind."""

import numpy as np
import pytest
import torch

from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.bounding_box_iou import bounding_box_iou
from heed.metrics.divergence import kl_divergence
from heed.metrics.error_rates import error_rates
from heed.metrics.gini_index import gini_index
from heed.metrics.intersection_over_union import intersection_over_union, iou_over_thresholds
from heed.metrics.pixel_average_precision import pixel_average_precision
from heed.metrics.pixel_roc_auc import pixel_roc_auc
from heed.metrics.pointing_game import pointing_game
from heed.metrics.proportional_energy import proportional_energy
from heed.metrics.real_numbers import real_numbers
from heed.metrics.structural_similarity import structural_similarity
from heed.metrics.valid_share import valid_share

OF_MAPS_AND_MASKS = [
    acceptable_mask_ratio, bounding_box_iou, intersection_over_union, iou_over_thresholds,
    pixel_average_precision, pixel_roc_auc, pointing_game, proportional_energy,
]  # fmt: skip
OF_TWO_MAPS = [kl_divergence, structural_similarity]
MAPS = np.random.default_rng(0).integers(0, 9, (2, 3, 12, 13)) / 8  # which bfloat16 holds exactly
MASKS = np.random.default_rng(1).random((3, 12, 13)) < 0.4
OTHERS = MAPS[::-1].copy()

METRICS = [
    *((metric, MASKS) for metric in OF_MAPS_AND_MASKS),
    *((metric, OTHERS) for metric in OF_TWO_MAPS),
    (lambda maps, _: gini_index(maps), None),
    (lambda maps, _: valid_share(maps), None),
]
every_metric = pytest.mark.parametrize(("metric", "other"), METRICS)


@every_metric
@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_tensors_are_taken_with_their_gradient_and_in_any_precision(metric, other, kind):
    maps = torch.from_numpy(MAPS).to(kind).requires_grad_()
    others = other if other is None else torch.from_numpy(other)
    np.testing.assert_allclose(metric(maps, others), metric(MAPS, other), rtol=1e-6)
    np.testing.assert_array_equal(metric(MAPS.tolist(), other), metric(MAPS, other))


@every_metric
def test_what_is_no_real_number_is_refused(metric, other):
    for maps, found in ((1j * MAPS, "complex128"), (MAPS.astype(str), "<U")):
        with pytest.raises(ValueError, match=f"found values of {found}.*; expected real numbers"):
            metric(maps, other)


def test_masks_are_taken_likewise():
    masks = torch.from_numpy(MASKS)
    expected = proportional_energy(MAPS, MASKS)
    for kind in (torch.bfloat16, torch.uint8):
        np.testing.assert_array_equal(proportional_energy(MAPS, masks.to(kind)), expected)
    with pytest.raises(ValueError, match="proportional_energy: masks: found values of <U"):
        proportional_energy(MAPS, MASKS.astype(str))


def test_logits_with_a_gradient_have_error_rates():
    logits = torch.tensor([[2.0], [-1.0], [3.0]], dtype=torch.bfloat16, requires_grad=True)
    assert error_rates(logits, torch.tensor([[1], [1], [-1]])).error_rate == pytest.approx(2 / 3)


def test_objects_are_taken_if_they_are_numbers():
    assert real_numbers(np.array([[1, 0.5]], object), "maps").dtype == np.float64
    for values in ([[1, 2], [3]], [[None, {}]]):
        with pytest.raises(ValueError, match="maps: found no array of numbers"):
            real_numbers(values, "maps")
    assert real_numbers(np.ones((2, 2), np.float16), "maps").dtype == np.float16


@pytest.mark.parametrize("shape", [(0, 3, 12, 13), (2, 0, 12, 13)])
@pytest.mark.parametrize("metric", OF_MAPS_AND_MASKS)
def test_no_maps_have_no_scores(metric, shape):
    masks = np.ones(shape[1:], bool)
    thresholds = np.shape(metric(MAPS[0], MASKS))[1:]
    assert metric(np.ones(shape), masks).shape == (*shape[:2], *thresholds)
