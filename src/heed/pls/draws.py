"""PLS of many draws by the cheapest route."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from heed.arguments.arrays import real_numbers
from heed.base.errors import InputError
from heed.pls.blocks import FeatureBlocks, RowsOf, rows_in
from heed.pls.centring import Precision
from heed.pls.dual import COMPONENTS, Fit, fit
from heed.pls.gram import Rows, gram, grams
from heed.pls.passes import fit_by_passes
from heed.pls.routes import MEMORY, Choice, cheapest


def fit_draws(
    features: FeatureBlocks,
    draws: Sequence[Rows],
    targets: Sequence[ArrayLike],
    components: int = COMPONENTS,
    *,
    scale: bool = False,
    precision: Precision = "float64",
    value: float = 0.0,
    memory: float = MEMORY,
) -> tuple[list[Fit], Choice]:
    """PLS1 of each draw's targets, by the route that takes the least.

    Args:
        features: of all samples that any draw takes.
        draws: the samples of each, (n_d,), or None for all. Targets that share their samples are
            columns of one draw.
        targets: of each draw, (n_d,) or (n_d, q).
        components: K.
        scale: as of :func:`heed.pls.gram.grams`.
        precision: likewise.
        value: as of :func:`heed.pls.routes.cheapest`.
        memory: likewise.

    Returns:
        The fit of each draw, whichever route it came by; and the route with what each would take,
        to be printed.

    Raises:
        InputError: draws and targets of another number, or what :func:`heed.pls.dual.fit` refuses.

    Example:
        >>> from heed.pls.blocks import ArrayBlocks
        >>> features = ArrayBlocks([[0, 0], [1, 0], [0, 2], [1, 2]])
        >>> draws = [np.array([0, 1]), np.array([1, 2, 3])]
        >>> fits, choice = fit_draws(features, draws, [[0, 1], [0, 1, 1]])
        >>> [found.found.tolist() for found in fits], choice.route
        ([[1], [2]], 'own')
    """
    if len(draws) != len(targets):
        raise InputError(f"targets: found those of {len(targets)} draws; expected {len(draws)}")
    everyone = np.arange(features.samples)
    rows = [everyone if draw is None else rows_in(draw, features.samples) for draw in draws]
    union = np.unique(np.concatenate(rows)) if rows else everyone
    choice = cheapest(
        [len(draw) for draw in rows],
        len(union),
        features.features,
        components=components,
        targets=max((1, *(np.atleast_2d(real_numbers("targets", y).T).shape[0] for y in targets))),
        value=value,
        scale=scale,
        memory=memory,
    )
    if choice.route == "passes":
        fits = fit_by_passes(features, draws, targets, components, scale=scale, precision=precision)
    elif choice.route == "own":
        own = grams(features, draws, scale=scale, precision=precision)
        fits = [fit(one, y, components) for one, y in zip(own, targets, strict=True)]
    else:
        whole = gram(RowsOf(features, union), precision=precision)
        fits = [
            fit(whole.of(np.searchsorted(union, of_draw)), y, components)
            for of_draw, y in zip(rows, targets, strict=True)
        ]
    return fits, choice
