"""Which methods' maps change when a network forgets what it has learnt."""

from typing import Final

import numpy as np
import pandas as pd

from heed.methods.tables.score_array import Bootstrap, mean_of, present_mean
from heed.metrics.correlation import rank_correlation

NEXT_TO_NONE: Final = 0.1
"""A correlation that Cohen (1988) calls small; what lies below is no likeness."""


def randomisation_table(likeness: pd.DataFrame, bootstrap: Bootstrap) -> pd.DataFrame:
    """Likeness of each method's maps to those before, after each step of the cascade.

    A method *passes* a step if its maps are then less alike to the trained network's maps of the
    same images than maps of other images by the trained network are, or alike by less than 0.1: the
    network decides more of the map than the image does. It *fails* if they are more alike than
    both. The intervals decide; where they do not, it is missing.

    The step that *decides* is the one with every block random but the lowest. Whatever tells the
    classes apart is gone then, but a method that shows what the first filters respond to is still
    told from one that shows the network: with those random too, its maps change all the same.

    Args:
        likeness: columns ``seed``, and those of
            :func:`heed.methods.randomisation.likeness_table`, of one level.
        bootstrap: how the intervals are made, over images and trainings; draws of random weights
            are averaged.

    Returns:
        Columns ``step``, ``block``, ``decides``, ``method``, ``measure``; ``likeness``,
        ``likeness_low``, ``likeness_high``; ``others``, between maps of different images;
        ``excess``, ``excess_low``, ``excess_high``: likeness less others; ``missing``, the share of
        pairs with a constant map; ``passes``; and ``answers``: Spearman's correlation over the
        images between the logits of both networks, mean over draws and trainings.
    """
    answers = _answers(likeness)
    deciding = max(int(likeness["step"].max()) - 1, 1)
    rows = []
    keys = ["step", "block", "method", "measure"]
    for (step, block, method, measure), pairs in likeness.groupby(keys, sort=False):
        values = _by_training(pairs)
        mean = mean_of(values, bootstrap)
        low, high = mean.interval(bootstrap.confidence)
        rows.append(
            {
                "step": step,
                "block": block,
                "decides": step == deciding,
                "method": method,
                "measure": measure,
                "likeness": mean.value[0],
                "likeness_low": max(low[0], -1.0),
                "likeness_high": min(high[0], 1.0),
                "others": mean.value[1],
                "excess": mean.value[2],
                "excess_low": low[2],
                "excess_high": high[2],
                "missing": float(pairs["likeness"].isna().mean()),
                "passes": _passes(low[0], high[0], low[2], high[2]),
                "answers": answers[step],
            }
        )
    return pd.DataFrame(rows)


def _by_training(pairs: pd.DataFrame) -> np.ndarray:
    """(K, N, 3) likeness, mean over draws, that of other images, and the difference."""
    columns = []
    for name in ("likeness", "others"):
        table = pairs.pivot_table(
            index="seed", columns=["draw", "image"], values=name, dropna=False
        )
        draws = pairs["draw"].nunique()
        columns.append(present_mean(table.to_numpy(np.float64).reshape(len(table), draws, -1), 1))
    known, others = columns
    return np.stack([known, others, known - others], axis=-1)


def _passes(low: float, high: float, excess_low: float, excess_high: float) -> bool | None:
    if excess_low > 0 and low > NEXT_TO_NONE:
        return False
    return True if excess_high < 0 or high < NEXT_TO_NONE else None


def _answers(likeness: pd.DataFrame) -> dict[int, float]:
    """By step how the logits of both networks go together."""
    logits = likeness.drop_duplicates(["seed", "draw", "step", "image"])
    found: dict[int, list[float]] = {}
    for (step, _, _), of_copy in logits.groupby(["step", "seed", "draw"]):
        correlation = rank_correlation(of_copy["trained"], of_copy["random"])
        found.setdefault(int(step), []).append(correlation)
    return {step: float(present_mean(np.array(values), 0)) for step, values in found.items()}
