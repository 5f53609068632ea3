"""Results are matched by image name, never by row order."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import HeedError


class DifferentImagesError(HeedError, ValueError):
    """Results that should be of the same images are not; the message names them."""


def rows_of(images: Sequence[str], among: Sequence[str], source: str) -> NDArray[np.intp]:
    """Where images stand in another list of images.

    Args:
        images: N file names, in any order.
        among: the names to look through, each once.
        source: where ``among`` is from, for the message.

    Returns:
        (N,) positions in ``among``.

    Raises:
        DifferentImagesError: naming the first image that is not there.
    """
    rows: NDArray[np.intp] = pd.Index(among).get_indexer(pd.Index(images))
    if (rows < 0).any():
        missing = np.asarray(images)[rows < 0]
        raise DifferentImagesError(
            f"{source}: found no row for {missing[0]} ({len(missing)} of {len(images)} images are "
            "missing); run `dvc repro`, which brings all tables up to date"
        )
    return rows


def check_same_images(digests: Mapping[str, Any]) -> None:
    """Check that results line up, row by row.

    Args:
        digests: per result (the path of its file) the digest of its image names,
            see :func:`heed.base.files.images_digest`.

    Raises:
        DifferentImagesError: naming the results and the start of their digests.
    """
    if len(set(digests.values())) > 1:
        found = ", ".join(f"{path}: {str(digest)[:12]}" for path, digest in digests.items())
        raise DifferentImagesError(
            "these results are not of the same images in the same order (digests of the "
            f"image names: {found}); run `dvc repro`, which brings them up to date"
        )
