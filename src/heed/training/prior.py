"""The best answer to a face that was not looked at: what is known before any training."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.training.balancing import keep_probabilities, positive_shares
from heed.training.settings import Loss, Weighting


def prior_logits(labels: ArrayLike, loss: Loss, weighting: Weighting) -> NDArray[np.float64]:
    """Compute the logit that, given to every training image, has the least loss.

    With p the share of positives that the loss sees, of an attribute with the share S+ in training

        p = S+ p(+1) / (S+ p(+1) + S- p(-1)),   p(.) the weights of ``weighting``

    it is the mean label 2p - 1 for ``mse``, and the log-odds log(p / (1 - p)) for ``bce`` (for
    the latter Lin et al. 2017, *Focal Loss for Dense Object Detection*, section 3.3, start
    detectors from a prior). Without weighting its sign is the majority guess; MOON's weights
    make both classes of an attribute weigh the same, so that p is 1/2 and the logit 0.

    Args:
        labels: (N, A) -1 or +1, the training partition.
        loss: see :func:`heed.training.losses.element_losses`.
        weighting: ``moon_sampling`` has the expectation of ``moon_expectation``, and its logits.

    Returns:
        (A,) float64, finite: for ``bce`` a class without images counts as half an image.

    Raises:
        ValueError: when there is no image.

    Example:
        >>> labels = [[-1], [-1], [-1], [1]]
        >>> prior_logits(labels, "mse", "none")
        array([-0.5])
        >>> prior_logits(labels, "bce", "none").round(4)  # log(1/3)
        array([-1.0986])
        >>> prior_logits(labels, "mse", "moon_expectation")
        array([0.])
    """
    shares = positive_shares(labels)
    keep = np.ones((2, len(shares))) if weighting == "none" else keep_probabilities(shares)
    negative, positive = (1 - shares) * keep[0], shares * keep[1]
    if loss == "mse":
        return np.asarray((positive - negative) / (positive + negative))
    half = 0.5 / len(np.asarray(labels))
    return np.log(np.maximum(positive, half) / np.maximum(negative, half))
