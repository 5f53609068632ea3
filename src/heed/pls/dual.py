r"""PLS with one target (PLS1) from inner products of samples, for many targets at once.

NIPALS (Wold et al. 2001, *PLS-regression: a basic tool of chemometrics*) finds for a target y, from
centred features X_1 = X and y_1 = y, for a = 1 … K

    w_a = X_a' y_a / ||X_a' y_a||,   t_a = X_a w_a,
    p_a = X_a' t_a / t_a't_a,        q_a = y_a' t_a / t_a't_a,
    X_(a+1) = X_a - t_a p_a',        y_(a+1) = y_a - q_a t_a.

Scores t_a are orthogonal, X_a = (I - T (T'T)^-1 T') X, and so X_a' y_a = X' y_a. Therefore
u_a = y_a / sqrt(y_a' K y_a) gives w_a = X' u_a, and t_a is K u_a made orthogonal to the scores
before it: n numbers instead of p, and nothing of X but products with K = X X' (Lindgren et al.
1993; Rännar et al. 1994; Rosipal & Trejo 2001). The deflated K is never formed.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from heed.arguments.arrays import real_numbers
from heed.arguments.numbers import check_count
from heed.base.errors import InputError
from heed.pls.centring import Floats, Precision, check_precision

COMPONENTS: Final = 8
"""As many as Diniz & Schwartz (2020) take."""


LEAST_DIRECTION: Final[dict[Precision, float]] = {"float32": 1e-6, "float64": 1e-12}
"""Least share of the features' sum of squares that ||X'y_a||^2 / ||y_a||^2 must be, by precision.

Below, it is rounding and no component: where a rank is used up, about 1e-16 is left in float64, and
3e-9 in float32 (n = 2,048). Independent features have 1 / n.
"""

LEAST_UNEXPLAINED: Final = 1e-18
"""Least share of a target's sum of squares that must be unexplained for another component."""


class InnerProducts(Protocol):
    """Products with K = X X' of centred features: a Gram matrix, or passes over the features."""

    @property
    def samples(self) -> int:
        """Number of samples n."""

    @property
    def total(self) -> float:
        """Trace of K."""

    @property
    def precision(self) -> Precision:
        """In what the features are multiplied."""

    def product(self, columns: Floats) -> Floats:
        """K times (n, q) columns."""


@dataclass(frozen=True)
class Fit:
    """PLS1 of q targets on one sample, K components each.

    A target that has fewer components (:attr:`found`) has 0 in the place of the others, in all
    arrays. Signs are such that a component rises with its target: q_a >= 0. scikit-learn's differ.

    Attributes:
        scores: (q, n, K) T.
        duals: (q, n, K) U; the weights of the features are W = X' U, each of norm 1.
        inner: (q, K, K) P'W, unit upper triangular; rotations of the features are R = W (P'W)^-1.
        target_loadings: (q, K) q_a.
        target_means: (q,).
        found: (q,) how many components there are: fewer than K where the features have a lower
            rank, or where the target is explained.
    """

    scores: Floats
    duals: Floats
    inner: Floats
    target_loadings: Floats
    target_means: Floats
    found: np.ndarray

    @property
    def components(self) -> int:
        """Number of components K that were asked for."""
        return self.scores.shape[2]

    @property
    def explained(self) -> Floats:
        """(q, K) sum of squares of the target that each component explains, q_a^2 t_a't_a."""
        return np.einsum("qnk,qnk,qk->qk", self.scores, self.scores, self.target_loadings**2)

    def rotated(self, projections: Floats) -> Floats:
        """Scores X R of any samples from their projections X W on the weights.

        Args:
            projections: (q, m, K), of features centred by the means of the training sample.
        """
        rotated = np.linalg.solve(self.inner.mT, projections.mT).mT
        return rotated.astype(np.float64, copy=False)

    def predicted(self, scores: Floats) -> Floats:
        """The targets that scores (q, m, K) predict, (q, m)."""
        return self.target_means[:, None] + np.einsum("qmk,qk->qm", scores, self.target_loadings)


def fit(products: InnerProducts, targets: ArrayLike, components: int = COMPONENTS) -> Fit:
    """PLS1 for each target, from products with K = X X' alone.

    One product with (n, q) for each component, then 4 n K^2 q multiply-adds.

    Args:
        products: of the training sample.
        targets: (n,) or (n, q) finite numbers, such as -1 and 1.
        components: K.

    Returns:
        The fit; where all features are constant, without components.

    Raises:
        InputError: targets of another length, no real numbers, NaN or infinite; a target that is
            constant; components that are no whole number from 1 on.

    Example:
        >>> from heed.pls.blocks import ArrayBlocks
        >>> from heed.pls.gram import gram
        >>> features = ArrayBlocks([[0, 0], [1, 0], [0, 2], [1, 2]])
        >>> found = fit(gram(features), [0, 1, 0, 1], components=2)
        >>> found.found.tolist()  # the first feature is the target
        [1]
        >>> found.predicted(found.scores).round(6).tolist()
        [[0.0, 1.0, 0.0, 1.0]]
    """
    fitting = Fitting(targets, products.samples, components, products.precision)
    while fitting.goes_on:
        fitting.step(products.product(fitting.residual), products.total)
    return fitting.result()


class Fitting:
    """A fit under way, for those who compute the products with K themselves.

    Args:
        targets: as of :func:`fit`.
        samples: n.
        components: K.
        precision: in what the products are computed.

    Attributes:
        residual: (n, q) what is left of the targets: the columns that K is to be multiplied with.
    """

    def __init__(
        self, targets: ArrayLike, samples: int, components: int, precision: Precision
    ) -> None:
        check_precision(precision)
        wanted = _checked(targets, samples, components)
        n, q = wanted.shape
        self._means = wanted.mean(axis=0)
        self.residual: Floats = wanted - self._means
        self._least_direction = LEAST_DIRECTION[precision]
        self._least_unexplained = LEAST_UNEXPLAINED * (self.residual**2).sum(axis=0)
        self._scores, self._images, self._duals = (np.zeros((components, n, q)) for _ in range(3))
        self._loadings, self._squares = np.zeros((components, q)), np.ones((components, q))
        self._alive = np.ones(q, bool)
        self._found = np.zeros(q, int)
        self._done = 0

    @property
    def goes_on(self) -> bool:
        """Whether a target has a component to come."""
        return self._done < len(self._scores) and bool(self._alive.any())

    def step(self, image: Floats, total: float) -> None:
        """The next component of each target.

        Args:
            image: K times :attr:`residual`, (n, q).
            total: trace of K.
        """
        a, residual = self._done, self.residual
        weight_squares = (residual * image).sum(axis=0)  # ||X' y_a||^2
        squares = (residual**2).sum(axis=0)
        self._alive &= squares > self._least_unexplained
        self._alive &= weight_squares > self._least_direction * total * squares
        self._done += 1
        if not self._alive.any():
            return
        norm = np.where(self._alive, np.sqrt(np.maximum(weight_squares, 0)), np.inf)
        self._duals[a] = residual / norm
        self._images[a] = image / norm
        score = _orthogonal(self._images[a], self._scores[:a], self._squares[:a])
        self._scores[a] = score
        self._squares[a] = np.where(self._alive, (score**2).sum(axis=0), 1)
        self._loadings[a] = (score * residual).sum(axis=0) / self._squares[a]
        up_to_here = slice(a + 1)
        self.residual = _orthogonal(
            residual - score * self._loadings[a],
            self._scores[up_to_here],
            self._squares[up_to_here],
        )
        self._found += self._alive

    def result(self) -> Fit:
        """The fit as far as it has come."""
        # P'W = (T'T)^-1 T' K U; below the diagonal it is 0 but for rounding.
        inner = np.einsum("anq,bnq->qab", self._scores, self._images) / self._squares.T[:, :, None]
        return Fit(
            scores=self._scores.transpose(2, 1, 0),
            duals=self._duals.transpose(2, 1, 0),
            inner=np.triu(inner, 1) + np.eye(len(self._scores)),
            target_loadings=self._loadings.T,
            target_means=self._means,
            found=self._found,
        )


def _orthogonal(columns: Floats, scores: Floats, squares: Floats) -> Floats:
    """(n, q) columns without what lies along (a, n, q) scores: twice, for once leaves rounding."""
    for _ in range(2):
        along = np.einsum("anq,nq->aq", scores, columns) / squares
        columns = columns - np.einsum("anq,aq->nq", scores, along)
    return columns


def _checked(targets: ArrayLike, samples: int, components: int) -> Floats:
    """Targets as (n, q)."""
    wanted = real_numbers("targets", targets).astype(np.float64)
    wanted = wanted[:, None] if wanted.ndim == 1 else wanted
    if wanted.ndim != 2 or len(wanted) != samples or not wanted.size:
        raise InputError(
            f"targets: found the shape {wanted.shape}; expected ({samples}, number of targets)"
        )
    check_count("components", components)
    if not np.isfinite(wanted).all():
        raise InputError("targets: found NaN or an infinite value; expected finite numbers")
    constant = np.flatnonzero((wanted == wanted[0]).all(axis=0))
    if len(constant):
        raise InputError(
            f"targets: found column {constant[0]} constant; expected two classes at least. Draw "
            "samples of both"
        )
    return wanted
