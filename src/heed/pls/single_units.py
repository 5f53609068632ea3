"""QDA on each feature alone, for all features of a block at once.

With one feature, QDA is two Gaussians on a line, and the difference of the log posteriors is a
quadratic: with z the standardised feature, means m_k, variances v_k and shares c_k of the classes,

    D(z) = log c_1/c_0 - (log v_1/v_0 + (z - m_1)^2 / v_1 - (z - m_0)^2 / v_0) / 2,

positive where D > 0. scikit-learn fits one feature in a millisecond, and a layer may have millions.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.arrays import real_numbers, truth_values
from heed.base.errors import InputError
from heed.pls.discriminant import REGULARISATION, check_regularisation, checked_labels
from heed.pls.rates import Rates, rates_of_counts

Floats = NDArray[np.float64]

SAMPLES: Final = 256
"""Samples whose predictions are made at once, so that they stay near the processor."""


@dataclass(frozen=True)
class SingleUnits:
    """A classifier for each feature; a sample is positive where (a z + b) z + c > 0, z = x - mean.

    Attributes:
        mean: (w,) of each feature over the training sample.
        square: (w,) a.
        slope: (w,) b.
        constant: (w,) c.
    """

    mean: Floats
    square: Floats
    slope: Floats
    constant: Floats

    def predict(self, features: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether samples (m, w) are positive by each of their features, (m, w).

        Computed in float32 where the features are, else in float64: where D is 0 but for rounding,
        scikit-learn may decide otherwise.

        Raises:
            InputError: another number of features, NaN or infinite ones, or no real numbers.
        """
        features = self._checked(features)
        dtype = np.dtype(np.float32 if features.dtype == np.float32 else np.float64)
        with np.errstate(invalid="ignore", over="ignore"):  # the check below names the column
            z = features - self.mean.astype(dtype)
            decision = z * self.square.astype(dtype)
            decision += self.slope.astype(dtype)
            decision *= z
            suspect = not np.isfinite(decision.sum())
        if suspect:  # D may be infinite where features are not, but then it has a sign
            check_finite(features)
        return decision > -self.constant.astype(dtype)

    def _checked(self, features: NDArray[Any]) -> NDArray[Any]:
        features = real_numbers("features", features)
        if features.ndim != 2 or features.shape[1] != len(self.mean) or not len(features):
            raise InputError(f"features: found {features.shape}; expected (m, {len(self.mean)})")
        return features

    def rates(self, features: NDArray[Any], labels: ArrayLike) -> Rates:
        """Accuracy and balanced accuracy of each feature, (w,), on samples (m, w) and (m,) labels.

        Raises:
            InputError: other numbers of features or labels, NaN or infinite features, or labels
                other than truth values, 0 and 1.
        """
        truth, features = truth_values("labels", labels), self._checked(features)
        if truth.shape != (len(features),):
            raise InputError(f"labels: found {truth.shape}; expected ({len(features)},)")
        counts = []
        for wanted in (True, False):
            rows = np.flatnonzero(truth == wanted)
            right = np.zeros(len(self.mean), np.int64)
            for start in range(0, len(rows), SAMPLES):
                predicted = self.predict(features[rows[start : start + SAMPLES]])
                right += np.count_nonzero(predicted == wanted, axis=0)
            counts.append((right, len(rows)))
        (found, positives), (rejected, negatives) = counts
        return rates_of_counts(found, rejected, positives, negatives)


def fit_single_units(
    features: NDArray[Any], labels: ArrayLike, regularisation: float = REGULARISATION
) -> SingleUnits:
    """QDA on each feature alone: what :class:`QuadraticDiscriminant` is on that feature.

    Args:
        features: (n, w) of real numbers; one that is constant predicts by the priors, and with
            equal ones says no.
        labels: (n,) whether a sample is positive: truth values, or 0 and 1.
        regularisation: r, see :data:`heed.pls.discriminant.REGULARISATION`.

    Raises:
        InputError: fewer than two samples of a class, NaN or infinite features, no real numbers,
            other shapes.

    Example:
        >>> block = np.array([[0.0, 5.0], [1.0, 5.0], [8.0, 5.0], [9.0, 5.0]])
        >>> labels = [False, False, True, True]
        >>> fit_single_units(block, labels).rates(block, labels).accuracy.tolist()
        [1.0, 0.5]
    """
    features = real_numbers("features", features)
    if features.ndim != 2 or not features.size:
        raise InputError(f"features: found {features.shape}; expected (samples, features)")
    truth = checked_labels(labels, len(features), 1)
    check_regularisation(regularisation)
    with np.errstate(invalid="ignore", over="ignore"):  # the check below names the column
        mean, variance = _moments(features)
    if not np.isfinite(variance).all():
        check_finite(features)
        unit = int(np.flatnonzero(~np.isfinite(variance))[0])
        raise InputError(
            f"features: found numbers in column {unit} whose squares are beyond float64; expected "
            "smaller ones: divide the column by a constant"
        )
    variance[(features == features[0]).all(axis=0)] = 0
    deviation = np.sqrt(np.where(variance > 0, variance, 1))
    square, slope, constant = np.zeros((3, len(mean)))
    for rows, sign in ((truth, 1.0), (~truth, -1.0)):
        centre, spread = _moments(features[rows])
        m = np.where(variance > 0, centre - mean, 0) / deviation
        v = (1 - regularisation) * np.where(variance > 0, spread, 0) / deviation**2 + regularisation
        square -= sign / (2 * v)
        slope += sign * m / v
        constant += sign * (np.log(rows.mean()) - (np.log(v) + m**2 / v) / 2)
    return SingleUnits(mean, square / deviation**2, slope / deviation, constant)


def check_finite(features: NDArray[Any]) -> None:
    """Refuse NaN and infinite values among features (m, w).

    Raises:
        InputError: naming the first one's column and row.
    """
    wrong = ~np.isfinite(features)
    if wrong.any():
        unit = int(np.flatnonzero(wrong.any(axis=0))[0])
        row = int(np.flatnonzero(wrong[:, unit])[0])
        raise InputError(
            f"features: found NaN or an infinite value in column {unit} (row {row}); expected "
            "finite numbers. Leave the column out, or mend what makes it"
        )


def _moments(features: NDArray[Any]) -> tuple[Floats, Floats]:
    """Mean and variance (n) of each feature, float64, from differences to the first sample."""
    ones = np.ones(len(features))
    differences = np.subtract(features, features[0], dtype=np.float64)
    mean = ones @ differences / len(features)
    differences -= mean
    variance = np.einsum("ij,ij->j", differences, differences) / len(features)
    return features[0] + mean, variance
