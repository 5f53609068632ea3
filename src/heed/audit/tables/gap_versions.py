"""The PE gap of every model under every version of the masks and by both placements of maps."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.audit.tables.estimates import estimate_means
from heed.audit.tables.quantities import GAPS, difference, pairs, sides
from heed.audit.tables.summary import interval, pattern, sides_intervals
from heed.metrics.estimates import Estimate
from heed.metrics.groups import GROUP_INDEX

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DESCRIBED: Final = (
    "value", "low", "high", "attributes_low", "attributes_high", "above", "below",
)  # fmt: skip
"""What the table has of :func:`heed.audit.tables.summary.summarise`'s numbers."""

Way = tuple[str, str]
"""How maps are scored: the version of the masks, and the rule that places the maps' cells."""


def gaps_of_versions(
    energy: Mapping[Way, Floats],
    members: Sequence[Bools],
    persons: ArrayLike,
    *,
    resamples: int,
    seed: int,
    least_faces: int,
) -> dict[Way, Estimate]:
    """The PE gap of one model, however its maps are scored.

    It is the mean PE of the faces for which the model predicts an attribute's minority class less
    that of the others. (It is ``pe_gap`` of :mod:`heed.audit.tables.quantities`, for all ways.)

    Args:
        energy: by version of the masks and placement the proportional energy, (K, N, 40) for K
            trainings and N faces.
        members: of each training the groups, (G, N, 40), see
            :func:`heed.metrics.groups.membership`.
        persons: who is on each face, (N,) whole numbers.
        resamples: number of bootstrap resamples.
        seed: of the resamples of the persons.
        least_faces: fewest faces of a group for which an attribute counts.
    """
    groups = [group for _, group in GAPS["pe_gap"]]
    trainings = [
        {
            (way, group): (of_way[number], members[number][GROUP_INDEX[group]])
            for way, of_way in energy.items()
            for group in groups
        }
        for number in range(len(members))
    ]
    means = estimate_means(
        trainings, persons, resamples=resamples, seed=seed, least_faces=least_faces
    )
    first, second = groups
    return {way: means[way, first].less(means[way, second], same_trainings=True) for way in energy}


def gaps_table(
    gaps: Mapping[str, Mapping[Way, Estimate]],
    placements: Collection[str],
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """All gaps, and the differences between models, in one table.

    Args:
        gaps: by model and way of scoring.
        placements: those of which rows are wanted; every model has its gaps by them.
        confidence: of the intervals.
        seed: of the draws of attributes.

    Returns:
        Columns ``model`` (or ``<second>_minus_<first>``), ``version``, ``placement``,
        ``attributes`` (how many count), ``value``, ``low`` and ``high`` (over persons and
        trainings), ``attributes_low`` and ``attributes_high`` (over attributes as well), ``above``
        and ``below`` (attributes whose gap is above and below 0). Rows of pairs have also the two
        models' gaps on these attributes, ``first`` and ``second``, with intervals of either kind
        (``first_low``, ``first_attributes_low`` ...).
    """
    ways = [way for way in next(iter(gaps.values())) if way[1] in placements]
    rows = []
    for model, of_model in gaps.items():
        for way in ways:
            pool = [other[way] for other in gaps.values()]
            rows.append(_row(model, way, of_model[way], pool, confidence, seed))
    for pair, (first, second) in pairs(list(gaps)).items():
        for way in ways:
            named = {model: {"pe_gap": of_model[way]} for model, of_model in gaps.items()}
            apart, pool = difference(named, first, second, "pe_gap")
            of_pair = sides(named, first, second, "pe_gap", apart)
            rows.append(
                _row(pair, way, apart, pool, confidence, seed)
                | sides_intervals(of_pair, pool, confidence, seed)
            )
    return pd.DataFrame(rows)


def _row(
    model: str,
    way: Way,
    gap: Estimate,
    pool: Sequence[Estimate],
    confidence: float,
    seed: int,
) -> dict[str, Any]:
    described = interval(gap, pool, confidence) | pattern(gap, pool, confidence, seed)
    return {
        "model": model,
        "version": way[0],
        "placement": way[1],
        "attributes": int(gap.counted.sum()),
        **{name: described[name] for name in DESCRIBED},
    }
