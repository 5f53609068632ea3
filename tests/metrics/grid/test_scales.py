"""The scales of AMR and PE, held to hand-computed masks and to drawn faces."""

import numpy as np
import pytest

from heed.explain.postprocess import normalise
from heed.masks.packing import pack
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.grid.best_map import best_maps
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.grid.scales import blob, scales_of
from heed.metrics.grid.tally import tally
from heed.metrics.proportional_energy import proportional_energy
from heed.metrics.scale import SCALED, normalised
from heed.metrics.scores import scores
from tests.metrics.drawn_faces import drawn_masks

SIZE, CELLS = 224, 7


def scales_for(masks, threshold=0.5):
    return scales_of(prepare(pack(masks)[:, None], [0], CELLS), threshold)


def test_block_masks_are_worked_out_by_hand():
    """Version 2's face and neck: 25 and 6 of 49 blocks, each holding the cells of a best map."""
    masks = np.zeros((2, SIZE, SIZE), bool)
    masks[0, 32:192, 32:192] = True
    masks[1, 160:, 64:160] = True
    found = scales_for(masks)
    share = np.array([25, 6]) / 49
    amr, energy = found["amr"], found["proportional_energy"]
    np.testing.assert_allclose(amr.uniform[:, 0], share * (1 - share))
    np.testing.assert_allclose(energy.uniform[:, 0], share)
    np.testing.assert_allclose(amr.ceiling[:, 0], 1 - share)
    assert energy.ceiling[0, 0] == pytest.approx(1)  # a cell whose neighbours are inside too


def test_a_uniform_map_is_the_limit_of_nearly_uniform_ones():
    """One pixel of a processed map is 0, and all others are active and nearly alike."""
    mask = np.zeros((SIZE, SIZE), bool)
    mask[40:90, 60:120] = True
    pixels = np.full((SIZE, SIZE), 0.99)
    pixels[200, 200] = 0
    found = scales_for(mask[None])
    of_pixels = {"amr": acceptable_mask_ratio, "proportional_energy": proportional_energy}
    for name, score in of_pixels.items():
        assert found[name].uniform.item() == pytest.approx(float(score(pixels, mask)), rel=1e-3)


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_blob_and_ceiling_are_scores_of_maps_by_pixels(threshold):
    masks = np.concatenate([of[::15] for of in drawn_masks().values()])
    found = scales_for(masks, threshold)
    middle = normalise(blob(CELLS), SIZE)
    best = normalise(best_maps(pack(masks), CELLS, threshold), SIZE)
    amr = found["amr"]
    np.testing.assert_allclose(
        amr.blob[:, 0], acceptable_mask_ratio(middle, masks, threshold), atol=1e-6
    )
    np.testing.assert_allclose(
        amr.ceiling[:, 0], acceptable_mask_ratio(best, masks, threshold), atol=1e-6
    )
    energy = proportional_energy(middle, masks)
    np.testing.assert_allclose(found["proportional_energy"].blob[:, 0], energy, atol=1e-6)


def test_attributes_take_the_scale_of_their_region_and_empty_masks_have_none():
    masks = np.zeros((2, 3, SIZE, SIZE), bool)
    masks[:, 0, :100, :100] = True
    masks[1, 2, 150:, 150:] = True
    found = scales_of(prepare(pack(masks), [2, 0, 1, 0], CELLS), 0.5)
    for name in SCALED:
        for values in (found[name].uniform, found[name].blob, found[name].ceiling):
            assert values.shape == (2, 4)
            missing = [[True, False, True, False], [False, False, True, False]]
            assert np.isnan(values).tolist() == missing
            np.testing.assert_array_equal(values[:, 1], values[:, 3])


def test_the_evidence_as_a_map_of_the_grid_has_a_normalised_ratio_of_1():
    """Reduced to the grid by the best map that it has, and scored as any map is."""
    evidence = drawn_masks()["evidence"]
    scale = scales_for(evidence)["amr"]
    maps = best_maps(pack(evidence), CELLS, 0.5)
    found = scores(tally(maps[:, None], prepare(pack(evidence)[:, None], [0], CELLS), 0.5)).amr
    values = normalised(found, scale, least_range=0.05)
    assert np.nanmean(values) == pytest.approx(1, abs=0.02)


def climbed(mask, cells):
    """An independent search: all levels of all cells, pixel by pixel, until none is better."""
    best = float(acceptable_mask_ratio(normalise(cells, SIZE), mask))
    while True:
        others = np.repeat(cells[None], 49 * 6, axis=0)
        for row, other in enumerate(others):
            other.flat[row // 6] = (0, 0.2, 0.4, 0.6, 0.8, 1)[row % 6]
        found = acceptable_mask_ratio(normalise(others, SIZE), mask[None])
        if found.max() <= best:
            return best
        best, cells = float(found.max()), others[found.argmax()]


def test_an_independent_search_finds_no_higher_ceiling_in_the_mean():
    masks = drawn_masks()["evidence"][3::13]
    ceiling = scales_for(masks)["amr"].ceiling[:, 0]
    single = np.eye(49, dtype=np.float32).reshape(-1, 7, 7)
    found = []
    for mask in masks:
        start = acceptable_mask_ratio(normalise(single, SIZE), mask[None]).argmax()
        found.append(climbed(mask, single[start].copy()))
    assert np.mean(found) <= ceiling.mean()
    assert np.mean(found) == pytest.approx(ceiling.mean(), abs=0.03)
