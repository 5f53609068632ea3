"""Does a classifier do as well by women as by men? Groups crossed with a second attribute.

For each attribute the error rate, AMR and proportional energy (PE) of the faces that have a second
attribute, of those that lack it, and the difference. The second attribute goes by its label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.estimates import Quantity, estimate_means
from heed.audit.tables.score_arrays import ScoreArrays
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.metrics.estimates import OVERALL, Estimate
from heed.metrics.paired_tests import holm, signed_rank_p

CROSSED: Final = ("error_rate", "amr", "proportional_energy")
"""What is compared."""

SIDES: Final = ("with", "without")
"""Of the second attribute."""

Key = tuple[str, str, str]
"""Second attribute, metric and side; of a difference, ``difference``."""


def crossed_table(
    replicates: Mapping[str, Sequence[ScoreArrays]],
    persons: NDArray[np.int64],
    order: NDArray[np.int64],
    cross: Sequence[str],
    *,
    resamples: int,
    confidence: float,
    seed: int,
    least_faces: int,
) -> pd.DataFrame:
    """Error rate, AMR and PE of each attribute by a second attribute, and the differences.

    Args:
        replicates: by name of the classifier the scores of each of its trainings, all of the same
            faces.
        persons: who is on each face, (N,); the bootstrap draws persons.
        order: of the attributes, as indices.
        cross: the second attributes.
        resamples: of the persons.
        confidence: of the intervals over persons and trainings.
        seed: of the random generator.
        least_faces: fewest faces, and fewest persons, on either side for which a difference is
            tested, and counts in means over attributes.

    Returns:
        Columns ``model``, ``cross``, ``metric`` (of :data:`CROSSED`), ``attribute``; ``n_with``
        and ``n_without``, the faces of both sides; ``with``, ``without`` and ``difference``, the
        first less the second, each with ``_low`` and ``_high``; ``p``, two-sided, and
        ``p_holm``, corrected for the attributes that are tested together (Holm 1979). In the row
        ``OVERALL`` the means over the attributes that count, their number ``attributes``, and
        the p-value of Wilcoxon's signed-rank test over them. The second attribute has no row
        among its own: there the sides would be those with and without the attribute itself.
    """
    estimates = {
        model: _estimates(of_model, persons, cross, resamples, seed, least_faces)
        for model, of_model in replicates.items()
    }
    parts = []
    for model, of_model in estimates.items():
        for second in cross:
            shown = order[order != ATTRIBUTE_INDEX[second]]
            for metric in CROSSED:
                keys = {"model": model, "cross": second, "metric": metric}
                found = {
                    name: (
                        of_model[second, metric, name],
                        [other[second, metric, name] for other in estimates.values()],
                    )
                    for name in (*SIDES, "difference")
                }
                parts.append(pd.DataFrame(keys | _rows(found, shown, confidence)))
    return pd.concat(parts, ignore_index=True)


def _estimates(
    trainings: Sequence[ScoreArrays],
    persons: NDArray[np.int64],
    cross: Sequence[str],
    resamples: int,
    seed: int,
    least_faces: int,
) -> dict[Key, Estimate]:
    found: dict[Key, Estimate] = estimate_means(
        [_quantities(scores, cross) for scores in trainings],
        persons,
        resamples=resamples,
        seed=seed,
        least_faces=least_faces,
    )
    for second in cross:
        for metric in CROSSED:
            sides = (found[second, metric, side] for side in SIDES)
            first, other = (of.where(_others(second)) for of in sides)
            difference = first.less(other, same_trainings=True)
            if _fewer_persons(trainings[0], persons, second) < least_faces:
                # Faces of one person are alike, and resamples of few persons hardly scatter.
                difference = replace(difference, least=len(persons) + 1)
            found[second, metric, "difference"] = difference
    return found


def _quantities(scores: ScoreArrays, cross: Sequence[str]) -> dict[Key, Quantity]:
    """What is averaged over the faces of which side."""
    wrong = scores.logits.astype(np.float64) * scores.labels < 0
    # A mapping, and no table:
    of_metric = {"error_rate": wrong.astype(np.float64), **scores.values}  # noqa: PD011
    found: dict[Key, Quantity] = {}
    for second in cross:
        has = np.broadcast_to(scores.labels[:, [ATTRIBUTE_INDEX[second]]] == 1, wrong.shape)
        for metric in CROSSED:
            values = of_metric[metric]
            for side, faces in zip(SIDES, (has, ~has), strict=True):
                found[second, metric, side] = (values, faces)
    return found


def _fewer_persons(scores: ScoreArrays, persons: NDArray[np.int64], second: str) -> int:
    """Of the two sides of a second attribute, how many persons the one with fewer has."""
    has = scores.labels[:, ATTRIBUTE_INDEX[second]] == 1
    return min(len(np.unique(persons[side])) for side in (has, ~has))


def _others(second: str) -> NDArray[np.bool_]:
    return np.array([name != second for name in ATTRIBUTES])


def _rows(
    found: Mapping[str, tuple[Estimate, Sequence[Estimate]]],
    shown: NDArray[np.int64],
    confidence: float,
) -> dict[str, Any]:
    """Columns from the estimates of both sides and of the difference, each with all models'."""
    apart, pool = found["difference"]
    counted = apart.counted
    rows: dict[str, Any] = {"attribute": [*(ATTRIBUTES[index] for index in shown), OVERALL]}
    for side in SIDES:
        n = found[side][0].n
        rows[f"n_{side}"] = np.append(n[shown], n[counted].sum())
    rows["attributes"] = np.append(np.ones(len(shown), np.int64), counted.sum())
    for name, (estimated, beside) in found.items():
        low, high = estimated.interval(confidence, beside)
        overall = estimated.where(counted)
        ends = overall.overall_interval(confidence, [of.where(counted) for of in beside])
        rows[name] = np.append(estimated.mean[shown], overall.overall)
        rows[f"{name}_low"] = np.append(low[shown], ends[0])
        rows[f"{name}_high"] = np.append(high[shown], ends[1])
    p = np.where(counted, apart.p_values(pool), np.nan)[shown]
    rows["p"] = np.append(p, signed_rank_p(apart.mean[counted]))
    rows["p_holm"] = np.append(holm(p), np.nan)
    return rows
