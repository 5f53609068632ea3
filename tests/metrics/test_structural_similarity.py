import numpy as np
import pytest
import torch
from torchmetrics.functional.image import structural_similarity_index_measure as of_torchmetrics

from heed.metrics.structural_similarity import structural_similarity

RNG = np.random.default_rng(0)
MAPS, OTHERS = RNG.random((2, 3, 4, 24, 30))


def test_it_is_torchmetrics():
    mixed = 0.7 * MAPS + 0.3 * OTHERS
    found = structural_similarity(MAPS, mixed)
    for place in np.ndindex(3, 4):
        one, other = (torch.from_numpy(each[place])[None, None] for each in (MAPS, mixed))
        _, full = of_torchmetrics(one, other, data_range=1.0, return_full_image=True)
        expected = full[..., 5:-5, 5:-5].mean().item()  # where windows are within the maps
        assert found[place] == pytest.approx(expected, abs=1e-5)


def test_equal_empty_opposite_and_missing():
    empty = np.zeros((24, 30))
    assert structural_similarity(MAPS, MAPS) == pytest.approx(np.ones((3, 4)))
    assert structural_similarity(empty, empty) == pytest.approx(1)
    assert (structural_similarity(MAPS, 1 - MAPS) < 0).all()
    assert (structural_similarity(MAPS, empty) < 0.1).all()
    broken = MAPS.copy()
    broken[1, 2, 0, 0] = np.nan
    assert np.isnan(structural_similarity(broken, MAPS)).nonzero() == (np.array(1), np.array(2))


def test_small_maps_and_other_sizes_are_refused():
    for other in (MAPS[..., :-1], MAPS[..., :10]):
        with pytest.raises(ValueError, match=r"structural_similarity: found maps"):
            structural_similarity(MAPS, other)
    with pytest.raises(ValueError, match="from 11 x 11 pixels on"):
        structural_similarity(np.ones((7, 7)), np.ones((7, 7)))
