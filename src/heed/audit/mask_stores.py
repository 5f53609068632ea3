"""The masks that the stage ``masks`` wrote: of all versions, and of all named regions."""

import os
from pathlib import Path

from heed.guidance.names import REGION
from heed.metrics.grid.stored_masks import StoredMasks, stored_versions


def mask_stores(folder: str | os.PathLike[str]) -> dict[str, StoredMasks]:
    """All masks in a folder, as ``mask.version`` names them: versions, then ``regions/<name>``.

    Args:
        folder: with a group ``<version>.zarr`` for each.
    """
    regions = stored_versions(Path(folder, REGION))
    return stored_versions(folder) | {f"{REGION}{name}": of for name, of in regions.items()}
