"""PLS without a Gram matrix: as many readings of the features as there are components.

A component asks for K y = X (X' y), which takes 2 n p multiply-adds where the Gram matrix took
n^2 p / 2 once. They are slow ones, for they wait for memory: this way serves draws of so many
samples that their Gram matrices do not fit, or take longer (:mod:`heed.pls.routes`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.pls.blas_threads import blas_threads
from heed.pls.blocks import FeatureBlocks, walk
from heed.pls.centring import Precision, centre, mean_of_rows
from heed.pls.dual import COMPONENTS, Fit, Fitting
from heed.pls.gram import Rows, size_of


def fit_by_passes(
    features: FeatureBlocks,
    draws: Sequence[Rows],
    targets: Sequence[ArrayLike],
    components: int = COMPONENTS,
    *,
    scale: bool = False,
    precision: Precision = "float64",
) -> list[Fit]:
    """PLS1 of each draw's targets; all draws share each of the K readings.

    Args:
        features: of all samples that any draw takes.
        draws: the samples of each, (n_d,), or None for all.
        targets: of each draw, (n_d,) or (n_d, q).
        components: K.
        scale: as of :func:`heed.pls.gram.grams`.
        precision: likewise.

    Returns:
        What :func:`heed.pls.dual.fit` returns for the Gram matrix of each draw.

    Raises:
        InputError: as there, or draws and targets of another number.

    Example:
        >>> from heed.pls.blocks import ArrayBlocks
        >>> features = ArrayBlocks([[0, 0], [1, 0], [0, 2], [1, 2]])
        >>> one, = fit_by_passes(features, [None], [[0, 1, 0, 1]], components=2)
        >>> one.predicted(one.scores).round(6).tolist()
        [[0.0, 1.0, 0.0, 1.0]]
    """
    if len(draws) != len(targets):
        raise InputError(
            f"targets: found those of {len(targets)} draws; expected {len(draws)}, and at least 1"
        )
    sizes = [size_of(rows, features) for rows in draws]
    fittings = [
        Fitting(wanted, size, components, precision)
        for wanted, size in zip(targets, sizes, strict=True)
    ]
    totals = [0.0] * len(fittings)
    first = True
    with blas_threads(max(sizes, default=0)):
        while going := [n for n, fitting in enumerate(fittings) if fitting.goes_on]:
            images = {n: np.zeros_like(fittings[n].residual) for n in going}
            for where, block in walk(features):
                centred, _ = centre(block, where, scale=False, precision=precision)
                for n in going:
                    rows = draws[n]
                    own = centred if rows is None else centred[rows]
                    if scale:
                        own, _ = centre(own, where, scale=True, precision=precision)
                    # The residual's sum is 0, so that means do not matter here …
                    weights = own.T @ fittings[n].residual.astype(precision)
                    images[n] += own @ weights
                    if first:
                        totals[n] += sum_of_squares(own)
            for n in going:
                # … and here they add the same to all samples.
                fittings[n].step(images[n] - images[n].mean(axis=0), totals[n])
            first = False
    return [fitting.result() for fitting in fittings]


def sum_of_squares(values: NDArray[Any]) -> float:
    """Sum of squares of (n, w) features about their means."""
    squares = np.einsum("ij,ij->", values, values, dtype=np.float64)
    means = mean_of_rows(values).astype(np.float64)
    return float(squares - len(values) * (means @ means))
