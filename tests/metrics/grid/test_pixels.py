import numpy as np
import pytest

from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.metrics.grid import pixels


@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("counting", [False, True])
def test_packed_count_equals_plain_count(threshold, counting):
    rng = np.random.default_rng(3)
    maps = rng.normal(size=(1, 11, 7, 7)).astype(np.float32)
    packed = np.packbits(rng.random((1, 4, 224, 224)) < 0.4, axis=-1)
    counted = np.packbits(rng.random((1, 224, 224)) < 0.7, axis=-1) if counting else None
    if counting:
        packed &= counted
    region_of_attribute = rng.integers(0, 4, 11)
    each = None if counted is None else counted.repeat(11, axis=0)
    placement = Placement.half_pixel(224, 7)
    own = packed[0, region_of_attribute]
    active, inside = pixels.count_active(maps[0], own, threshold, placement, each)
    plain = pixels.tally(maps, packed, region_of_attribute, threshold, counted=counted)
    assert np.array_equal(active, plain.active[0])
    assert np.array_equal(inside, plain.active_in_mask[0])


def test_tally_of_one_map_by_a_naive_loop():
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(1, 1, 7, 7)).astype(np.float32)
    mask = rng.random((56, 56)) < 0.5
    found = pixels.tally(maps, np.packbits(mask[None, None], axis=-1), np.array([0]), 0.25)
    image = normalise(maps[0], 56)[0]
    active = inside = 0
    energy = energy_inside = 0.0
    for y in range(56):
        for x in range(56):
            active += image[y, x] > 0.25
            inside += image[y, x] > 0.25 and mask[y, x]
            energy += float(image[y, x])
            energy_inside += float(image[y, x]) * mask[y, x]
    assert (found.active.item(), found.active_in_mask.item()) == (active, inside)
    assert found.energy.item() == pytest.approx(energy)
    assert found.energy_in_mask.item() == pytest.approx(energy_inside)
    assert found.mask_pixels.item() == mask.sum()
    assert found.pixels == 56 * 56
