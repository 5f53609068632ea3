"""Whether the stored masks of a named region are still those of its file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.stored import table_at
from heed.base.errors import HeedError
from heed.base.matching import rows_of
from heed.explorer.kept_masks import damage
from heed.explorer.regions import load_region
from heed.geometry.landmarks import from_table
from heed.guidance.names import REGION
from heed.metrics.grid.stored_masks import StoredMasks

FACES: Final = 16
"""How many are drawn anew: a region that is moved is moved on each."""


def edited_regions(
    folder: Path,
    stored: Mapping[str, StoredMasks],
    images: Sequence[str],
    attributes: Sequence[str],
) -> list[str]:
    """The versions ``regions/<name>`` whose files were changed after their masks were stored.

    The masks of a few faces are drawn anew: times of files say nothing after a checkout.

    Args:
        folder: of the audit.
        stored: the versions whose masks are stored.
        images: the audited faces.
        attributes: in their order.

    Returns:
        In the order of ``stored``; none whose file is missing or damaged, or while landmarks are.
    """
    named = [version for version in stored if version.startswith(REGION)]
    if not named:
        return []
    try:
        table = table_at(folder / paths.LANDMARKS)
        points = from_table(table.iloc[rows_of(images[:FACES], table["image"], paths.LANDMARKS)])
    except HeedError:
        return []
    return [each for each in named if _edited(folder, each, stored, points, attributes)]


def _edited(
    folder: Path,
    version: str,
    stored: Mapping[str, StoredMasks],
    points: NDArray[np.float64],
    attributes: Sequence[str],
) -> bool:
    masks = stored[version]
    try:
        region = load_region(folder, version.removeprefix(REGION))
        drawn = region.masks(points, masks.size)
        base = stored.get(str(region.base))
        with damage(masks.path):  # which whoever looks at the masks is told
            of_version = masks.packed(slice(0, FACES))
            of_base = None if base is None else base.packed(slice(0, FACES))
    except HeedError:
        return False
    for place, attribute in enumerate(attributes):
        found = of_version[:, masks.region_of_attribute[place]]
        if attribute in region.attributes:
            expected = drawn
        elif base is None or of_base is None:
            continue
        else:
            expected = of_base[:, base.region_of_attribute[place]]
        if not np.array_equal(found, np.broadcast_to(expected, found.shape)):
            return True
    return False
