"""Weights that make both classes of an attribute count alike (MOON, Rudd et al. 2016).

MOON shows the network training data as if a class had a wanted share T although
it has the share S among the training images: an element (one image and one
attribute) contributes to the gradient with a probability p that depends on its
label. With shares S+ + S- = 1 and T+ + T- = 1

    p(+1) = 1 if T+ > S+, else (S- T+) / (S+ T-)
    p(-1) = 1 if T- > S-, else (S+ T-) / (S- T+)

and so, for the balanced T+ = 1/2, p(+1) = min(1, S-/S+): the rarer class counts
in full, the other is thinned out to the same total.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from heed.base.errors import InputError


def positive_shares(labels: ArrayLike) -> NDArray[np.float64]:
    """Measure the share S+ of positive labels per attribute.

    Args:
        labels: (N, A) -1 or +1, the *training* partition only: shares of any
            other partition would leak its labels into the training.

    Returns:
        (A,) float64, 0..1.

    Raises:
        ValueError: when there is no image.
    """
    labels = np.asarray(labels)
    if len(labels) == 0:
        raise InputError("class shares of 0 training images are undefined; expected at least 1")
    return (labels > 0).mean(axis=0)


def keep_probabilities(shares: ArrayLike, target: float = 0.5) -> NDArray[np.float64]:
    """Compute MOON's probability p of keeping an element, per label and attribute.

    An attribute with one class only among the training images cannot be
    balanced; the formula would silence its class for good and leave the
    attribute's output at its random start. It keeps p = 1 for both labels, so that the
    network learns the one class it is shown.

    Args:
        shares: (A,) S+, the share of positive labels in the training partition.
        target: T+, the share that positive labels shall have, strictly between
            0 and 1.

    Returns:
        (2, A) float64 in (0, 1]: p(-1) in row 0, p(+1) in row 1.

    Raises:
        ValueError: when a share or the target is out of range.

    Example:
        >>> keep_probabilities([0.2, 0.5, 0.75])
        array([[0.25      , 1.        , 1.        ],
               [1.        , 1.        , 0.33333333]])
    """
    positive = np.asarray(shares, dtype=np.float64)
    if not 0 < target < 1:
        raise InputError(f"target share {target}: expected a number between 0 and 1, both excluded")
    if not np.all((positive >= 0) & (positive <= 1)):
        raise InputError(f"shares of positive labels {positive}: expected numbers from 0 to 1")
    negative = 1 - positive
    keep = np.ones((2, *positive.shape))
    both = (positive > 0) & (negative > 0)
    # Cut at 1, the ratio is 1 exactly where the target exceeds the share.
    odds = (negative[both] / positive[both]) * (target / (1 - target))
    keep[1, both] = np.minimum(1, odds)
    keep[0, both] = np.minimum(1, 1 / odds)
    return keep


def element_weights(labels: Tensor, keep: Tensor) -> Tensor:
    """Look up each element's p.

    Args:
        labels: (B, A) -1 or +1.
        keep: (2, A) float, as from :func:`keep_probabilities`.

    Returns:
        (B, A) float, the expectation of MOON's sampling as a weight of the loss.
    """
    return torch.where(labels > 0, keep[1], keep[0])


def sampled_weights(weights: Tensor, draws: NDArray[np.float32]) -> Tensor:
    """Draw MOON's sampling: each element is kept (1) with its probability, else dropped (0).

    Args:
        weights: (B, A) float, the probabilities, as from :func:`element_weights`.
        draws: (B, A) float32, uniform in [0, 1); drawn on the CPU, so that they
            are the same on every device.

    Returns:
        (B, A) of the dtype of ``weights``, 0 or 1.
    """
    return (torch.from_numpy(draws).to(weights.device) < weights).to(weights.dtype)
