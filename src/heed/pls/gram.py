"""The Gram matrix of centred features, K = X X', summed over blocks of features.

All that PLS with one target needs of p features lies in the n x n matrix of their inner products
(Rännar et al. 1994, *A PLS kernel algorithm for data sets with many variables and fewer objects*,
J. Chemometrics 8, 111-125). It is read once, whatever the number of targets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.pls.blas_threads import blas_threads
from heed.pls.blocks import FeatureBlocks, rows_in, walk
from heed.pls.centring import Floats, Precision, centre

Rows = NDArray[np.integer] | None
"""(m,) which samples a draw takes; None for all."""


@dataclass(frozen=True)
class Gram:
    """Inner products of the samples' centred features.

    Attributes:
        values: (n, n) float64, symmetric; rows and columns sum to 0.
        features: p, over how many features.
        scaled: whether each feature was divided by its standard deviation.
        precision: in what the features were multiplied.
    """

    values: Floats
    features: int
    scaled: bool
    precision: Precision

    @property
    def samples(self) -> int:
        """Number of samples n."""
        return len(self.values)

    @property
    def total(self) -> float:
        """Sum of squares of all centred features, the trace."""
        return float(np.trace(self.values))

    def product(self, columns: Floats) -> Floats:
        """X X' times (n, q) columns."""
        return self.values @ columns

    def of(self, rows: NDArray[np.integer]) -> "Gram":
        """The Gram matrix of some of the samples, centred by their own means.

        Args:
            rows: (m,) which samples.

        Raises:
            InputError: rows that are no numbers of samples; or the features were scaled. Their
                standard deviations are of all samples, and a sum over features cannot be scaled
                anew.

        Example:
            >>> from heed.pls.blocks import ArrayBlocks
            >>> union = gram(ArrayBlocks([[0, 0], [2, 0], [9, 5]]))
            >>> union.of(np.array([0, 1])).values.round(6).tolist()
            [[1.0, -1.0], [-1.0, 1.0]]
        """
        if self.scaled:
            raise InputError(
                "rows: the features of this Gram matrix were scaled by the deviations of all its "
                "samples; expected unscaled ones. Make one Gram matrix for each draw (`grams`)"
            )
        rows = rows_in(rows, self.samples)
        part = doubly_centred(self.values[np.ix_(rows, rows)])
        return Gram(part, self.features, False, self.precision)


def gram(features: FeatureBlocks, *, scale: bool = False, precision: Precision = "float64") -> Gram:
    """The Gram matrix of all samples; see :func:`grams`.

    Example:
        >>> from heed.pls.blocks import ArrayBlocks
        >>> gram(ArrayBlocks([[1, 7], [3, 7]])).values.tolist()  # the second is constant
        [[1.0, -1.0], [-1.0, 1.0]]
    """
    return grams(features, [None], scale=scale, precision=precision)[0]


def grams(
    features: FeatureBlocks,
    draws: Sequence[Rows],
    *,
    scale: bool = False,
    precision: Precision = "float64",
) -> list[Gram]:
    """The Gram matrix of each draw, in one reading of the features.

    Takes n^2 p / 2 multiply-adds and 8 n^2 bytes for each draw; :mod:`heed.pls.routes` says when
    another way is cheaper.

    Args:
        features: of all samples that any draw takes.
        draws: the samples of each, (n_d,), or None for all.
        scale: whether each feature is divided by its standard deviation (n - 1) over the draw. The
            paper's NIPALS (Diniz & Schwartz 2020, Algorithm 1) has no such step, and the neurons of
            one layer share a unit, so it is off; scikit-learn's PLSRegression does it by default.
        precision: in what features are multiplied. float64 is scikit-learn's to 1e-12; float32 is
            up to three times as fast, and with 8 components differs by about 1e-6.
            Blocks add up in float64 either way, so that errors do not grow with p.

    Raises:
        InputError: NaN or infinite features, blocks that break their promise, or a draw that is not
            of numbers of samples.
    """
    sizes = [size_of(rows, features) for rows in draws]
    sums = [np.zeros((n, n)) for n in sizes]
    with blas_threads(max(sizes, default=0)):
        for where, block in walk(features):
            # Once for all draws: what a draw's own means differ by, H K H takes away.
            centred, _ = centre(block, where, scale=False, precision=precision)
            for rows, total in zip(draws, sums, strict=True):
                own = centred if rows is None else centred[rows]
                if scale:
                    own, _ = centre(own, where, scale=True, precision=precision)
                total += own @ own.T  # NumPy computes one half: ssyrk
    return [Gram(doubly_centred(total), features.features, scale, precision) for total in sums]


def doubly_centred(values: Floats) -> Floats:
    """H K H with H = I - 1/n: the Gram matrix after the samples' mean is taken from each sample."""
    rows = values.mean(axis=0)
    return values - rows - rows[:, None] + rows.mean()


def size_of(rows: Rows, features: FeatureBlocks) -> int:
    """How many samples a draw takes.

    Raises:
        InputError: as :func:`heed.pls.blocks.rows_in`.
    """
    return features.samples if rows is None else len(rows_in(rows, features.samples))
