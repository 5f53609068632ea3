"""Test set C: the decision that the ten crops of each image come to together."""

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError

CROPS: Final = 10

Rule = Literal["vote", "mean"]


class Decisions(NamedTuple):
    """What the ten crops of each image come to.

    Attributes:
        positive: (N, 40) bool.
        score: (N, 40) float64, for ROC curves: the share of crops that vote for the attribute,
            or their mean logit.
    """

    positive: NDArray[np.bool_]
    score: NDArray[np.float64]


def decide(logits: ArrayLike, threshold: float = 0.0, rule: Rule = "vote") -> Decisions:
    """One decision per image and attribute.

    - ``vote``: a crop votes for the attribute where its logit is at least ``threshold``; five
      votes of ten are enough, so a tie is positive, as in the report's own code.
    - ``mean``: positive where the mean logit is at least ``threshold``.

    Args:
        logits: (N, 10, 40), images, crops, attributes.
        threshold: of a logit.
        rule: ``vote`` or ``mean``.

    Raises:
        ValueError: for another number of crops, or a logit that is not finite.
    """
    z = np.asarray(logits, np.float64)
    if z.ndim != 3 or z.shape[1] != CROPS:
        raise InputError(f"found logits of shape {z.shape}; expected (N, {CROPS}, 40)")
    if not np.isfinite(z).all():
        image, crop, attribute = np.argwhere(~np.isfinite(z))[0]
        raise InputError(
            f"found the logit {z[image, crop, attribute]} of image {image}, crop {crop}, attribute "
            f"{attribute} (counted from 0); expected finite logits: predict them again"
        )
    if rule == "mean":
        mean = z.mean(axis=1)
        return Decisions(mean >= threshold, mean)
    votes = (z >= threshold).sum(axis=1)
    return Decisions(2 * votes >= CROPS, votes / CROPS)
