"""Who is on which image: CelebA has several images of most persons."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.matching import rows_of


def persons_of(images: Sequence[str], faces: pd.DataFrame, source: str) -> NDArray[np.int64]:
    """The person on each image, counted from 0.

    Images without an identity (all of them, where CelebA's identity file is not there) are each
    taken for a person of their own. Intervals are then too narrow, for images of one person are
    alike.

    Args:
        images: N file names, in any order.
        faces: one row per image: ``image`` and ``identity``, missing where it is not known.
        source: where ``faces`` is from, for the message.

    Returns:
        (N,) int64: the same number for images of one person. Persons are numbered by their first
        image, so that without identities the numbers are 0, 1, 2, …

    Raises:
        DifferentImagesError: an image is not among the faces.

    Example:
        >>> faces = pd.DataFrame({"image": ["a", "b", "c"], "identity": [7, 3, 7]})
        >>> persons_of(["b", "a", "c"], faces, "faces.parquet").tolist()
        [0, 1, 1]
    """
    identity = faces["identity"].iloc[rows_of(images, faces["image"], source)]
    known = identity.notna().to_numpy()
    # A place among the images, from which no identity is told: -1, -2, ...
    own = -1 - np.arange(len(known))
    codes = own.copy()
    codes[known] = pd.factorize(identity[known])[0]
    return pd.factorize(codes)[0].astype(np.int64)
