"""Quadratic discriminant analysis (QDA) of two classes on scores or on a few features.

QDA gives each class a Gaussian of its own mean and covariance, and a sample to the class of the
higher posterior (Hastie, Tibshirani & Friedman 2009, *The Elements of Statistical Learning*, 4.3).
Here it is scikit-learn's, on features divided by their standard deviation.
"""

from numbers import Real
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.arrays import real_numbers, truth_values
from heed.base.errors import InputError

REGULARISATION: Final = 1e-3
"""Share r of the identity in each class's covariance, S <- (1 - r) S + r I, features standardised.

Without it the covariance of collinear features (neighbouring neurons often are) or of a constant
one has no inverse. The features are standardised first because I has a unit only then: no direction
has less variance within a class than a thousandth of a feature's over both. scikit-learn refuses a
variance of 1e-4 and less, so that r must be above that.
"""


class QuadraticDiscriminant:
    """Two Gaussians, fitted.

    Args:
        features: (n, d) of real numbers; a constant feature has no say.
        labels: (n,) whether a sample is positive: truth values, or 0 and 1. Priors are the
            classes' shares.
        regularisation: r, see :data:`REGULARISATION`; above 1e-4, at most 1.

    Raises:
        InputError: NaN or infinite features, other shapes, a regularisation out of its range, or a
            class of fewer samples than there are features, or of fewer than two.

    Example:
        >>> found = QuadraticDiscriminant([[0.0], [1.0], [8.0], [9.0]], [False, False, True, True])
        >>> found.predict([[2.0], [7.0]]).tolist()
        [False, True]
    """

    def __init__(
        self, features: ArrayLike, labels: ArrayLike, regularisation: float = REGULARISATION
    ) -> None:
        # Here: they take a second to import.
        from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        values = _finite(features)
        truth = checked_labels(labels, len(values), values.shape[1])
        check_regularisation(regularisation)
        self._features = values.shape[1]
        self._fitted = make_pipeline(
            StandardScaler(), QuadraticDiscriminantAnalysis(reg_param=regularisation)
        ).fit(values, truth)

    def predict(self, features: ArrayLike) -> NDArray[np.bool_]:
        """Whether each of m samples (m, d) is taken for a positive, (m,).

        Raises:
            InputError: NaN or infinite features, or another number of them than were fitted.
        """
        values = _finite(features)
        if values.shape[1] != self._features:
            raise InputError(f"features: found {values.shape}; expected (m, {self._features})")
        return self._fitted.predict(values)


def check_regularisation(regularisation: float) -> None:
    """Raise InputError unless scikit-learn takes it."""
    if not isinstance(regularisation, Real) or not 1e-4 < regularisation <= 1:
        raise InputError(
            f"regularisation: found {regularisation!r}; expected above 1e-4, at most 1"
        )


def checked_labels(labels: ArrayLike, samples: int, features: int) -> NDArray[np.bool_]:
    """Labels (n,), with enough samples of either class for a covariance of d features.

    Raises:
        InputError: too few samples of a class, another shape, or no truth values.
    """
    truth = truth_values("labels", labels)
    if truth.shape != (samples,):
        raise InputError(f"labels: found the shape {truth.shape}; expected ({samples},)")
    least = max(features, 2)
    positives = int(truth.sum())
    if min(positives, samples - positives) < least:
        raise InputError(
            f"labels: found {positives} positives and {samples - positives} negatives; expected at "
            f"least {least} of each for {features} features. Draw more samples, or take fewer units"
        )
    return truth


def _finite(features: ArrayLike) -> NDArray[np.float64]:
    values = real_numbers("features", features).astype(np.float64, copy=False)
    if values.ndim != 2 or not values.size:
        raise InputError(f"features: found the shape {values.shape}; expected (samples, features)")
    if not np.isfinite(values).all():
        raise InputError("features: found NaN or an infinite value; expected finite numbers")
    return values
