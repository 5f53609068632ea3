"""The second reading of the features: weights, VIP, and scores of further samples.

Weights of 40 targets with 8 components on 3,211,264 features would take 4 GB, so that they are made
for a block, used, and let go. What stays is a VIP per feature and target, and scores.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.pls.blas_threads import blas_threads
from heed.pls.blocks import FeatureBlocks, walk_together
from heed.pls.centring import Centring, Floats, Precision, centre, mean_of_rows
from heed.pls.dual import Fit
from heed.pls.gram import Rows, size_of
from heed.pls.vip import vip_of_weights


@dataclass(frozen=True)
class Draw:
    """A fit, the samples that it was made from, and those to be scored with it.

    Attributes:
        fit: of q targets.
        rows: which training samples, as the fit's Gram matrix had them.
        scored: for each further set of samples, which of them; empty for all of all.
    """

    fit: Fit
    rows: Rows = None
    scored: tuple[Rows, ...] = ()


@dataclass(frozen=True)
class Projection:
    """What a second reading gives for one draw.

    Attributes:
        vip: (q, p) float32, see :func:`heed.pls.vip.vip_of_weights`.
        scores: for each further set of samples (q, m, K) float64.
    """

    vip: NDArray[np.float32]
    scores: tuple[Floats, ...]


@dataclass(frozen=True)
class BlockWeights:
    """What PLS makes of the features of one block.

    Attributes:
        weights: (w, q, K) W, of norm 1 over all features.
        own: (n, w) the training sample's features, scaled if that is asked for.
        scaling: scales other samples likewise; None where nothing is scaled.
    """

    weights: NDArray[Any]
    own: NDArray[Any]
    scaling: Centring | None

    def projected(self, features: NDArray[Any]) -> NDArray[Any]:
        """X W of samples (m, w), centred by the training sample's means: (q, m, K)."""
        flat = self.weights.reshape(len(self.weights), -1)
        if self.scaling is None:  # their means are taken from the products, which are smaller
            products = features @ flat
            products -= mean_of_rows(self.own) @ flat
        else:
            products = self.scaling(features) @ flat
        return products.reshape(len(features), *self.weights.shape[1:]).transpose(1, 0, 2)


@dataclass(frozen=True)
class Weights:
    """Weights, loadings and rotations of all features, where they fit into memory.

    Attributes:
        weights: (q, p, K) float64 W; columns have norm 1, or are 0 beyond ``found``.
        loadings: (q, p, K) float64 P.
        rotations: (q, p, K) float64 R = W (P'W)^-1: scores are X R.
    """

    weights: Floats
    loadings: Floats
    rotations: Floats


def project(
    draws: Sequence[Draw],
    training: FeatureBlocks,
    *further: FeatureBlocks,
    scale: bool = False,
    precision: Precision = "float64",
) -> list[Projection]:
    """VIP of every feature, and scores of further samples, in one reading.

    Takes (n + m) p q K multiply-adds for each draw and 4 p q bytes.

    Args:
        draws: fits with their samples.
        training: the features that the fits were made from.
        further: the same features of other samples, in the same slices.
        scale: as the fits were made.
        precision: in what features are multiplied.

    Raises:
        InputError: sets that do not fit together, a fit that is of another number of samples, NaN
            or infinite features.

    Example:
        >>> from heed.pls.blocks import ArrayBlocks
        >>> from heed.pls.dual import fit
        >>> from heed.pls.gram import gram
        >>> training, test = ArrayBlocks([[0, 5], [2, 5]]), ArrayBlocks([[3, 9]])
        >>> found = fit(gram(training), [-1, 1])
        >>> projection, = project([Draw(found)], training, test)
        >>> projection.vip.tolist()  # all of it lies in the first feature
        [[1.4142135381698608, 0.0]]
        >>> found.predicted(projection.scores[0]).tolist()
        [[2.0]]
    """
    p = training.features
    vips = [np.empty((len(draw.fit.found), p), np.float32) for draw in draws]
    chosen = [draw.scored or (None,) * len(further) for draw in draws]
    if any(len(rows) != len(further) for rows in chosen):
        raise InputError(
            f"draws: found rows of {[len(rows) for rows in chosen]} further sets; expected of "
            f"{len(further)}"
        )
    sums = [
        [
            np.zeros((len(draw.fit.found), size_of(rows, blocks), draw.fit.components))
            for rows, blocks in zip(own, further, strict=True)
        ]
        for draw, own in zip(draws, chosen, strict=True)
    ]
    with blas_threads(max((draw.fit.scores.shape[1] for draw in draws), default=0)):
        for where, (block, *others) in walk_together(training, *further):
            centred, centring = centre(block, where, scale=False, precision=precision)
            others = [centring(other) for other in others]  # once for all draws
            for n, draw in enumerate(draws):
                found = block_weights(draw, where, centred, scale, precision)
                vips[n][:, where] = vip_of_weights(
                    found.weights.transpose(1, 0, 2), draw.fit.explained, features=p
                )
                for total, rows, other in zip(sums[n], chosen[n], others, strict=True):
                    total += found.projected(other if rows is None else other[rows])
    for totals in sums:
        for number, total in enumerate(totals, 1):
            if not np.isfinite(total).all():
                raise InputError(
                    f"further set {number}: found NaN or an infinite value among its features; "
                    "expected finite values. Leave that sample out, or mend what makes it"
                )
    return [
        Projection(vip, tuple(draw.fit.rotated(total) for total in totals))
        for draw, vip, totals in zip(draws, vips, sums, strict=True)
    ]


def block_weights(
    draw: Draw, where: slice, centred: NDArray[Any], scale: bool, precision: Precision
) -> BlockWeights:
    """Weights of the features of one block, W = X' U, those of all targets in one product.

    Args:
        draw: the fit, and which rows of the block it was made from.
        where: which features these are.
        centred: (N, w) of all training samples, by whatever means: those of U are 0.
        scale: as the fit was made.
        precision: in what features are multiplied, and of the result.

    Raises:
        InputError: the fit is of another number of samples.
    """
    own = centred if draw.rows is None else centred[draw.rows]
    q, n, components = draw.fit.duals.shape
    if len(own) != n:
        raise InputError(f"training: found {len(own)} samples; expected the {n} of the fit")
    scaling = None
    if scale:
        own, scaling = centre(own, where, scale=True, precision=precision)
    duals = draw.fit.duals.transpose(1, 0, 2).reshape(n, q * components).astype(precision)
    return BlockWeights((own.T @ duals).reshape(-1, q, components), own, scaling)


def weights(
    found: Fit,
    training: FeatureBlocks,
    *,
    scale: bool = False,
    precision: Precision = "float64",
) -> Weights:
    """All weights, loadings P = X' T (T'T)^-1 and rotations, for as many features as fit.

    Takes 24 p q K bytes.

    Args:
        found: a fit of all samples of ``training``.
        training: the features that it was made from.
        scale: as it was made; weights are then those of the scaled features.
        precision: in what features are multiplied.

    Raises:
        InputError: the fit is of another number of samples.
    """
    parts = list(_parts(found, training, scale, precision))
    of_features, loadings = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    # R (P'W) = W
    rotations = np.linalg.solve(found.inner.mT, of_features.mT).mT
    return Weights(of_features, loadings, rotations)


def _parts(
    found: Fit, training: FeatureBlocks, scale: bool, precision: Precision
) -> Iterator[tuple[Floats, Floats]]:
    """Weights and loadings (q, w, K) of each block."""
    squares = (found.scores**2).sum(axis=1, keepdims=True)  # (q, 1, K)
    normed = found.scores / np.where(squares > 0, squares, 1)
    for where, (block,) in walk_together(training):
        centred, _ = centre(block, where, scale=False, precision=precision)
        one = block_weights(Draw(found), where, centred, scale, precision)
        loadings = one.own.T.astype(np.float64) @ normed
        yield one.weights.transpose(1, 0, 2).astype(np.float64), loadings
