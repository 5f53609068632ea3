"""Regions: the parts of a face where a classifier should look, each shared by attributes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.celeba.attributes import ATTRIBUTES
from heed.masks.packing import Packed, sizes


class RegionsError(ValueError):
    """A table of regions that does not give every attribute exactly one region."""


@dataclass(frozen=True)
class MaskSet:
    """The masks of some faces, one per region.

    Attributes:
        regions: (n, R, S, S // 8) uint8, packed as in :mod:`heed.masks.packing`; n is 1 where
            the masks are the same for every face.
        names: the R regions.
        region_of_attribute: for each of the 40 attributes the index of its region.
    """

    regions: Packed
    names: tuple[str, ...]
    region_of_attribute: tuple[int, ...]

    def sizes(self) -> NDArray[np.int64]:
        """Pixels inside each attribute's mask, (n, 40) int64."""
        return sizes(self.regions)[:, list(self.region_of_attribute)]


def region_of_attribute(attributes_of_regions: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """For each attribute the index of the region that names it.

    Args:
        attributes_of_regions: per region the attributes that share it.

    Returns:
        40 indices, in the order of :data:`heed.celeba.attributes.ATTRIBUTES`.

    Raises:
        RegionsError: an attribute is unknown, has no region or has two.
    """
    named = [attribute for attributes in attributes_of_regions for attribute in attributes]
    unknown = sorted(set(named) - set(ATTRIBUTES))
    if unknown:
        raise RegionsError(f"the table of regions names {', '.join(unknown)}; no such attribute")
    wrong = [attribute for attribute in ATTRIBUTES if named.count(attribute) != 1]
    if wrong:
        raise RegionsError(
            f"the table of regions names {', '.join(wrong)} not at all or more than once; "
            "expected each attribute in exactly one region"
        )
    index = {
        attribute: region
        for region, attributes in enumerate(attributes_of_regions)
        for attribute in attributes
    }
    return tuple(index[attribute] for attribute in ATTRIBUTES)
