"""CelebA's published statistics, which the drawn faces follow.

Two small files of the package: the phi coefficients between attributes in the training
partition, and mean and covariance of the five landmarks in the aligned images, for faces that
look into the camera and for those that do not. The rates of the attributes are in
:mod:`heed.celeba.published_rates`.
"""

import csv
import io
import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.published_rates import positive_rates


@dataclass(frozen=True)
class LandmarkStatistics:
    """Normal distribution of the five landmarks in aligned pixels.

    Attributes:
        mean: (10,) x, y of lefteye, righteye, nose, leftmouth, rightmouth.
        covariance: (10, 10).
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def correlations() -> NDArray[np.float64]:
    """Phi coefficients between the labels of the training partition, (40, 40)."""
    rows = {row["attribute"]: row for row in csv.DictReader(io.StringIO(_text(_CORRELATIONS)))}
    return np.array([[float(rows[a][b]) for b in ATTRIBUTES] for a in ATTRIBUTES])


def pair_rates() -> NDArray[np.float64]:
    """Share of the training images that have both of two attributes, (40, 40).

    From rates p and phi coefficients: ``p_a p_b + phi_ab sqrt(p_a (1 - p_a) p_b (1 - p_b))``, to
    the fifth decimal (of 162,770 images). The diagonal holds the rates themselves.

    Example:
        >>> from heed.celeba.attributes import ATTRIBUTE_INDEX
        >>> bald, bangs = ATTRIBUTE_INDEX["Bald"], ATTRIBUTE_INDEX["Bangs"]
        >>> abs(float(pair_rates()[bald, bangs].round(5)))  # nobody
        0.0
    """
    rates = positive_rates()[PARTITIONS.index("train")]
    spread = np.sqrt(rates * (1 - rates))
    both = np.outer(rates, rates) + correlations() * np.outer(spread, spread)
    return np.clip(both, 0, np.minimum.outer(rates, rates))


def landmark_statistics(*, frontal: bool) -> LandmarkStatistics:
    """Landmarks of CelebA's validation partition, frontal faces or the others.

    Frontal means that the distance of the nose tip from the line through eye
    centre and mouth centre is at most a tenth of the height between the two.
    """
    content = json.loads(_text(_LANDMARKS))
    part = content["frontal" if frontal else "non_frontal"]
    return LandmarkStatistics(np.array(part["mean"]), np.array(part["covariance"]))


_CORRELATIONS = "celeba_attribute_correlation_train.csv"
_LANDMARKS = "celeba_landmark_statistics.json"


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
