import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.masks.packing import pack
from heed.masks.regions import MaskSet, RegionsError, region_of_attribute


def test_each_attribute_finds_its_region():
    regions = region_of_attribute([ATTRIBUTES[10:], ATTRIBUTES[:10]])
    assert regions == (1,) * 10 + (0,) * 30


def test_an_attribute_without_region_is_an_error():
    with pytest.raises(RegionsError, match="Young not at all"):
        region_of_attribute([ATTRIBUTES[:-1]])


def test_an_attribute_in_two_regions_is_an_error():
    with pytest.raises(RegionsError, match="Young not at all or more than once"):
        region_of_attribute([ATTRIBUTES, ("Young",)])


def test_an_unknown_attribute_is_an_error():
    with pytest.raises(RegionsError, match="names Bearded; no such attribute"):
        region_of_attribute([(*ATTRIBUTES, "Bearded")])


def test_sizes_are_per_attribute():
    small, large = np.zeros((8, 8), bool), np.ones((8, 8), bool)
    small[0, 0] = True
    of_attribute = [1] * 40
    of_attribute[ATTRIBUTE_INDEX["Male"]] = 0
    masks = MaskSet(pack([[small, large]]), ("small", "large"), tuple(of_attribute))
    assert masks.sizes().shape == (1, 40)
    assert masks.sizes()[0, ATTRIBUTE_INDEX["Male"]] == 1
    assert masks.sizes()[0].sum() == 1 + 39 * 64
