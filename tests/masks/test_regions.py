import pytest

from heed.masks.regions import RegionsError, region_of_attribute

REGIONS = {"eyes": ("Narrow_Eyes", "Eyeglasses"), "mouth": ("Smiling",)}


def test_each_attribute_finds_its_region():
    names = ["Smiling", "Eyeglasses", "Narrow_Eyes"]
    assert region_of_attribute(REGIONS, names) == (1, 0, 0)


def test_only_those_asked_for_count():
    assert region_of_attribute(REGIONS, ["Eyeglasses"]) == (0,)
    assert region_of_attribute(REGIONS, []) == ()


def test_an_attribute_without_region_is_an_error():
    with pytest.raises(RegionsError, match=r"Young not at all.*regions eyes, mouth"):
        region_of_attribute(REGIONS, ["Smiling", "Young"])


def test_an_attribute_in_two_regions_is_an_error():
    with pytest.raises(RegionsError, match="Smiling not at all or more than once"):
        region_of_attribute({**REGIONS, "lips": ("Smiling",)}, ["Smiling"])
