"""The PE gap of every model under every version of the masks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.audit.tables.estimates import estimate_means
from heed.audit.tables.quantities import GAPS, difference, pairs
from heed.metrics.comparison import compare
from heed.metrics.estimates import Estimate
from heed.metrics.groups import GROUP_INDEX

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def gaps_of_versions(
    energy: Mapping[str, Floats],
    members: Sequence[Bools],
    persons: ArrayLike,
    *,
    resamples: int,
    seed: int,
    least_faces: int,
) -> dict[str, Estimate]:
    """The PE gap of one model under each version of the masks.

    It is the mean PE of the faces for which the model predicts an attribute's rarer class less
    that of the others. (It is ``pe_gap`` of :mod:`heed.audit.tables.quantities`, for all versions.)

    Args:
        energy: by version the proportional energy, (K, N, 40) for K trainings and N faces.
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
            (version, group): (of_version[number], members[number][GROUP_INDEX[group]])
            for version, of_version in energy.items()
            for group in groups
        }
        for number in range(len(members))
    ]
    means = estimate_means(
        trainings, persons, resamples=resamples, seed=seed, least_faces=least_faces
    )
    first, second = groups
    return {
        version: means[version, first].less(means[version, second], same_trainings=True)
        for version in energy
    }


def gaps_table(
    gaps: Mapping[str, Mapping[str, Estimate]], confidence: float, seed: int
) -> pd.DataFrame:
    """All gaps, and the differences between models, in one table.

    Args:
        gaps: by model and version of the masks.
        confidence: of the intervals.
        seed: of the draws of attributes.

    Returns:
        Columns ``model`` (or ``<second>_minus_<first>``), ``version``, ``attributes`` (how many
        count), ``value``, ``low`` and ``high`` (over persons and trainings), ``attributes_low``
        and ``attributes_high`` (over attributes as well), ``above`` and ``below`` (attributes
        whose gap is above and below 0).
    """
    versions = list(next(iter(gaps.values())))
    rows = []
    for model, of_model in gaps.items():
        for version in versions:
            pool = [other[version] for other in gaps.values()]
            rows.append(_row(model, version, of_model[version], pool, confidence, seed))
    for pair, (first, second) in pairs(gaps).items():
        for version in versions:
            named = {model: {"pe_gap": of_model[version]} for model, of_model in gaps.items()}
            apart, pool = difference(named, first, second, "pe_gap")
            rows.append(_row(pair, version, apart, pool, confidence, seed))
    return pd.DataFrame(rows)


def _row(
    model: str,
    version: str,
    gap: Estimate,
    pool: Sequence[Estimate],
    confidence: float,
    seed: int,
) -> dict[str, Any]:
    low, high = gap.overall_interval(confidence, pool)
    attributes_low, attributes_high = gap.attributes_interval(confidence, seed, pool)
    counted = gap.mean[gap.counted]
    signs = compare(counted, np.zeros(len(counted)))
    return {
        "model": model,
        "version": version,
        "attributes": len(counted),
        "value": gap.overall,
        "low": low,
        "high": high,
        "attributes_low": attributes_low,
        "attributes_high": attributes_high,
        "above": signs.above,
        "below": signs.below,
    }
