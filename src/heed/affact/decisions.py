"""What several logits of an image come to: those of ten crops (test set C), of an ensemble."""

from collections.abc import Sequence
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


def averaged(logits: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """The logits of an ensemble: the mean of its members', each with the same weight.

    Args:
        logits: of each member, (N, 40) or (N, 10, 40), of the same images.

    Returns:
        Of that shape.

    Raises:
        InputError: if there are none, or shapes differ.

    Example:
        >>> averaged([[[1.0, -3.0]], [[-2.0, -1.0]]])
        array([[-0.5, -2. ]])
    """
    members = [np.asarray(of_member, np.float64) for of_member in logits]
    if len({of_member.shape for of_member in members}) != 1:
        raise InputError(
            f"found logits of shapes {[of_member.shape for of_member in members]}; expected one "
            "shape for all members"
        )
    return np.asarray(np.mean(members, axis=0))


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
