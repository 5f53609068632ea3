"""What the networks use: tables of how far logits move when something is taken from a face."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.moves import Floats, Moves
from heed.audit.tables.estimates import Quantity, estimate_means
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL, Estimate

METRICS: Final = (
    "flip",
    "flip_logit",
    "off_target",
    "flip_first",
    "top",
    "random",
    "mask",
    "top_less_random",
    "mask_less_random",
    "top_less_mask",
)
"""What is averaged. In standard deviations of the logit, but ``flip_logit``, in logits, and
``flip_first``, a share of the faces."""

RANGES: Final = {"off_target": (0.0, np.inf), "flip_first": (0.0, 1.0)}
"""What a distance and a share can be; intervals end there."""


def causal_table(
    trainings: Mapping[str, Sequence[Moves]],
    persons: NDArray[np.int64],
    order: NDArray[np.int64],
    *,
    resamples: int,
    confidence: float,
    seed: int,
    least_faces: int,
) -> pd.DataFrame:
    """Means of the moves per attribute, with intervals over persons and trainings.

    Args:
        trainings: by name of the classifier the moves of each of its trainings, of the same faces.
        persons: who is on each face, (N,).
        order: of the attributes, as indices.
        resamples: of the persons.
        confidence: of the intervals.
        seed: of the random generator.
        least_faces: fewest faces for which an attribute counts in means over attributes.

    Returns:
        Columns ``model``, ``metric`` (of :data:`METRICS`), ``attribute``, ``n`` (faces that were
        tried), ``mean``, ``low`` and ``high``; in the row ``OVERALL`` the mean over the attributes
        that count. What was not tried at all, flips of photographs, has no rows.
    """
    estimates: dict[str, dict[str, Estimate]] = {
        model: estimate_means(
            [_quantities(moves) for moves in of_model],
            persons,
            resamples=resamples,
            seed=seed,
            least_faces=least_faces,
        )
        for model, of_model in trainings.items()
    }
    parts = []
    for model, of_model in estimates.items():
        for metric in METRICS:
            found = of_model[metric]
            if not found.n.any():
                continue
            pool = [other[metric] for other in estimates.values()]
            low, high = found.interval(confidence, pool)
            ends = found.overall_interval(confidence, pool)
            least, most = RANGES.get(metric, (-np.inf, np.inf))
            parts.append(
                pd.DataFrame(
                    {
                        "model": model,
                        "metric": metric,
                        "attribute": [*(ATTRIBUTES[index] for index in order), OVERALL],
                        "n": np.append(found.n[order], found.n[found.counted].sum()),
                        "mean": np.append(found.mean[order], found.overall),
                        "low": np.append(low[order], ends[0]).clip(least, most),
                        "high": np.append(high[order], ends[1]).clip(least, most),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _quantities(moves: Moves) -> dict[str, Quantity]:
    """What is averaged over the faces where it was tried."""
    unit = np.where(moves.deviation > 0, moves.deviation, np.nan)
    top, random, mask = moves.top / unit, moves.random / unit, moves.mask / unit
    values: dict[str, Floats] = {
        "flip": moves.flip / unit,
        "flip_logit": moves.flip,
        "off_target": moves.off_target,
        "flip_first": moves.first,
        "top": top,
        "random": random,
        "mask": mask,
        "top_less_random": top - random,
        "mask_less_random": mask - random,
        "top_less_mask": top - mask,
    }
    return {name: (of_name, ~np.isnan(of_name)) for name, of_name in values.items()}
