"""A block of features, centred and, if asked for, scaled by a training sample."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

Precision = Literal["float32", "float64"]
"""In what the features are multiplied. What the blocks add up to is float64 either way."""

Floats = NDArray[np.float64]

PRECISIONS: Final[tuple[Precision, ...]] = ("float32", "float64")


@dataclass(frozen=True)
class Centring:
    """What turns a block of raw features into a centred one: ((x - first) - mean) / deviation.

    The mean is taken of the differences from the first sample, so that a constant feature becomes
    exactly 0, and one that is large but varies little keeps its digits.

    Attributes:
        first: (w,) the features of the first training sample.
        mean: (w,) the mean of the differences from it.
        deviation: (w,) standard deviation with n - 1, as scikit-learn's PLSRegression has it, and 1
            for a constant feature; None where features are not scaled.
    """

    first: NDArray[Any]
    mean: NDArray[Any]
    deviation: NDArray[Any] | None

    def __call__(self, block: NDArray[np.float32]) -> NDArray[Any]:
        """Centre a block (m, w) of any samples; the result is a new array in the precision."""
        centred = np.subtract(block, self.first, dtype=self.first.dtype)
        centred -= self.mean
        if self.deviation is not None:
            centred /= self.deviation
        return centred


def centre(
    block: NDArray[np.float32], where: slice, *, scale: bool, precision: Precision
) -> tuple[NDArray[Any], Centring]:
    """Centre a block of a training sample by its own means.

    Args:
        block: (n, w) float32.
        where: which features these are, for the message.
        scale: whether each feature is divided by its standard deviation.
        precision: dtype of the result.

    Returns:
        The centred block (n, w), and what does the same to other samples.

    Raises:
        InputError: a value is NaN or infinite, or there is no such precision.
    """
    check_precision(precision)
    dtype = np.dtype(precision)
    first = block[0].astype(dtype)
    with np.errstate(invalid="ignore", over="ignore"):  # the check below names the feature
        centred = np.subtract(block, first, dtype=dtype)
        mean = mean_of_rows(centred)
        centred -= mean
    if not np.isfinite(mean).all():
        feature = where.start + int(np.flatnonzero(~np.isfinite(mean))[0])
        raise InputError(
            f"features: found NaN or an infinite value in feature {feature}, or a sum beyond "
            f"{precision}; expected finite values. Leave the feature out, or mend what makes it"
        )
    if not scale:
        return centred, Centring(first, mean, None)
    squares = np.einsum("ij,ij->j", centred, centred, dtype=np.float64)
    deviation = np.sqrt(squares / max(len(block) - 1, 1))
    deviation[deviation == 0] = 1
    centring = Centring(first, mean, deviation.astype(dtype))
    centred /= centring.deviation
    return centred, centring


def check_precision(precision: object) -> None:
    """Raise InputError unless it is one of :data:`PRECISIONS`."""
    if precision not in PRECISIONS:
        raise InputError(f"precision: found {precision!r}; expected one of {PRECISIONS}")


def mean_of_rows(values: NDArray[Any]) -> NDArray[Any]:
    """Mean over the samples, by a product of matrices: several times as fast as ``mean``."""
    return np.ones(len(values), values.dtype) @ values / values.dtype.type(len(values))
