"""How often a classifier decides wrongly, per attribute."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers

Floats = NDArray[np.float64]


class ErrorRates(NamedTuple):
    """Error rates as shares in 0..1, one per attribute; see :func:`error_rates`."""

    error_rate: Floats
    fnr: Floats
    fpr: Floats
    balanced_error_rate: Floats


def error_rates(logits: ArrayLike, labels: ArrayLike) -> ErrorRates:
    """The error rates of a classifier, over faces, for each attribute.

    With z a logit and t its label:

    - ``error_rate``: share of faces with z t < 0 (Bieri 2023);
    - ``fnr``, the false negative rate: share with z < 0 among t = +1;
    - ``fpr``, the false positive rate: share with z >= 0 among t = -1;
    - ``balanced_error_rate``: (fnr + fpr) / 2.

    A logit of exactly 0 counts as positive in ``fnr`` and ``fpr`` and is no error in
    ``error_rate``, as in the sources. Probabilities are no logits: subtract 0.5 first.

    Args:
        logits: (N, ...) scores that are decided at 0; NumPy array or torch tensor.
        labels: (N, ...) -1 (absent) or +1 (present), of the same shape.

    Returns:
        Four arrays (...) float64. NaN where there is no face to count: ``fnr`` without faces that
        show the attribute, ``fpr`` without those that do not, ``balanced_error_rate`` without
        either.

    Raises:
        ValueError: the shapes differ, there are no faces, a label is neither -1 nor +1, or a
            logit is not finite.

    Example:
        >>> rates = error_rates([2.0, -1.0, 0.5, -3.0, -4.0], [1, 1, -1, -1, -1])
        >>> float(rates.error_rate), float(rates.fnr), round(float(rates.fpr), 3)
        (0.4, 0.5, 0.333)
    """
    scores = real_numbers(logits, "error_rates: logits")
    truth = real_numbers(labels, "error_rates: labels")
    if scores.dtype.kind in "bu":  # none is below 0: every face would count as positive
        raise InputError(
            f"error_rates: found logits of dtype {scores.dtype}; expected numbers that are decided "
            "at 0, and no predictions: predictions become such by 2.0 * predictions - 1"
        )
    if scores.shape != truth.shape or not scores.ndim or not len(scores):
        raise InputError(
            f"error_rates: found logits {scores.shape} and labels {truth.shape}; expected the same "
            "shape (N, ...) with at least one face"
        )
    wrong = ~np.isin(truth, (-1, 1))
    if wrong.any():
        raise InputError(
            f"error_rates: found the label {truth[wrong][0]}; expected -1 or +1. Labels of 0 and 1 "
            "become such by 2 * labels - 1"
        )
    if not np.isfinite(scores).all():
        face = int(np.argwhere(~np.isfinite(scores))[0][0])
        raise InputError(
            f"error_rates: found a logit of face {face} (counted from 0) that is not finite; "
            "expected finite logits: were the network's weights trained to the end?"
        )
    present, positive = truth > 0, scores >= 0
    errors = np.where(present, scores < 0, scores > 0)
    fnr = _share(~positive & present, present)
    fpr = _share(positive & ~present, ~present)
    everyone = np.ones_like(present)
    return ErrorRates(_share(errors, everyone), fnr, fpr, np.asarray((fnr + fpr) / 2))


def _share(counted: NDArray[np.bool_], among: NDArray[np.bool_]) -> Floats:
    part, whole = counted.sum(axis=0), among.sum(axis=0)
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
