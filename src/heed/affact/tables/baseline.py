"""Deciding without looking: always for the class that is more frequent in training."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.majority import LabelsError, majority_class


def majority_baseline(training: ArrayLike, test: ArrayLike) -> pd.DataFrame:
    """The error of always deciding for the majority class (Chavannes & Rutishauser 2021).

    The class is that of the training partition; where the test faces have another majority,
    the error is above one half. An attribute that half of the training faces have counts as
    present.

    Args:
        training: labels of the training partition, (M, 40) int8, -1 or +1.
        test: labels of the faces that networks are tested on, (N, 40) int8, -1 or +1.

    Returns:
        One row per attribute: ``attribute``, ``majority`` (-1 or +1) and ``error``, the share
        of the test faces of the other class.

    Raises:
        LabelsError: if there are no faces, or a label is neither -1 nor +1.
    """
    majority, test = majority_class(training), np.asarray(test)
    if len(test) == 0 or not np.isin(test, (-1, 1)).all():
        raise LabelsError(
            f"found {len(test)} test faces with labels {np.unique(test).tolist()}; expected at "
            "least one face, and only -1 and +1"
        )
    return pd.DataFrame(
        {
            "attribute": ATTRIBUTES,
            "majority": majority.astype(np.int64),
            "error": (test != majority).mean(axis=0),
        }
    )
