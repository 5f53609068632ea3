"""Regions: the parts of a face where a classifier should look, each shared by attributes."""

from collections.abc import Mapping, Sequence

from heed.base.errors import HeedError

Regions = Mapping[str, tuple[str, ...]]
"""By the name of a region, in the order of the masks, the attributes that share it."""


class RegionsError(HeedError, ValueError):
    """A table of regions that does not give every attribute exactly one region."""


def region_of_attribute(regions: Regions, attributes: Sequence[str]) -> tuple[int, ...]:
    """For each attribute the index of the region that names it.

    Args:
        regions: of a version of the masks; it may name other attributes as well.
        attributes: whose regions are asked for.

    Returns:
        One index per attribute, in their order.

    Raises:
        RegionsError: an attribute has no region or has two.

    Example:
        >>> region_of_attribute({"eyes": ("Narrow_Eyes",), "mouth": ("Smiling",)}, ["Smiling"])
        (1,)
    """
    found = {
        attribute: [index for index, own in enumerate(regions.values()) if attribute in own]
        for attribute in attributes
    }
    wrong = [attribute for attribute, indices in found.items() if len(indices) != 1]
    if wrong:
        raise RegionsError(
            f"the table of regions names {', '.join(wrong)} not at all or more than once; "
            f"expected each attribute in exactly one of its regions {', '.join(regions)}"
        )
    return tuple(found[attribute][0] for attribute in attributes)
