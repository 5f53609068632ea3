"""The labels of images, by their names."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.matching import rows_of
from heed.celeba.attributes import ATTRIBUTES


def labels_of(images: Sequence[str], faces: pd.DataFrame, source: str) -> NDArray[np.int8]:
    """The labels of images.

    Args:
        images: N file names, in any order.
        faces: one row per image: ``image`` and the 40 attributes.
        source: where ``faces`` is from, for the message.

    Returns:
        (N, 40) int8, -1 or +1, in the order of ``images``.

    Raises:
        DifferentImagesError: an image is not among the faces.
    """
    return faces[list(ATTRIBUTES)].to_numpy(np.int8)[rows_of(images, faces["image"], source)]
