"""What makes a metric suitable, measured."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heed.methods.metric import Metric
from heed.methods.tables.score_array import Bootstrap, ScoreArray, mean_of, present_mean
from heed.ranking.friedman import kendall, rank_agreement


def suitability_table(
    scores: ScoreArray,
    untrained: ScoreArray | None,
    methods: Sequence[str],
    metrics: Mapping[str, Metric],
    *,
    method: str,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """One row per metric.

    Args:
        scores: of trained networks, with references.
        untrained: of networks with random weights, for the same images or some of them; None:
            nothing is known.
        methods: those that ask a network.
        metrics: by name.
        method: whose scores with trained and random weights are compared.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``metric``; ``mask_first``: whether no map scores better than the mask; and
        ``random_last``: whether no method scores worse than random cells (level is well; both
        missing where the map is not among the references, and for metrics that know no mask);
        ``seeds``: Kendall's tau-b of the methods' order between trainings, mean over pairs;
        ``others``: the same with the order by other metrics; ``reaction``, ``reaction_low`` and
        ``reaction_high``: by how much scores are better with trained weights than with random ones.
    """
    means = present_mean(scores.values, (0, 1))  # (M, Q)
    signs = np.array([1.0 if metrics[name].higher_is_better else -1.0 for name in scores.metrics])
    better = means * signs
    of_methods = [scores.methods.index(name) for name in methods]
    per_seed = present_mean(scores.only(methods), 1) * signs  # (K, m, Q)
    reaction = _reaction(scores, untrained, method, signs, bootstrap)
    rows = []
    for q, name in enumerate(scores.metrics):
        others = [
            kendall(better[of_methods, q], better[of_methods, other])
            for other in range(len(scores.metrics))
            if other != q
        ]
        known = [tau for tau in others if not np.isnan(tau)]
        localises = metrics[name].kind == "localisation"
        rows.append(
            {
                "metric": name,
                "mask_first": _extreme(scores, better[:, q], "mask", 1) if localises else None,
                "random_last": _extreme(scores, better[:, q], "random", -1, methods)
                if localises
                else None,
                "seeds": rank_agreement(list(per_seed[:, :, q])),
                "others": float(np.mean(known)) if known else np.nan,
                **{key: values[q] for key, values in reaction.items()},
            }
        )
    return pd.DataFrame(rows)


def agreement_table(
    scores: ScoreArray, methods: Sequence[str], metrics: Mapping[str, Metric]
) -> pd.DataFrame:
    """Kendall's tau-b between the orders that two metrics bring the methods into.

    Returns:
        Columns ``metric``, ``other``, ``tau``; each pair in both orders.
    """
    means = present_mean(scores.only(methods), (0, 1))  # (m, Q)
    signs = np.array([1.0 if metrics[name].higher_is_better else -1.0 for name in scores.metrics])
    better = means * signs
    return pd.DataFrame(
        {"metric": first, "other": second, "tau": kendall(better[:, i], better[:, j])}
        for i, first in enumerate(scores.metrics)
        for j, second in enumerate(scores.metrics)
    )


def _extreme(
    scores: ScoreArray, better: np.ndarray, name: str, sign: int, among: Sequence[str] = ()
) -> bool | None:
    """Whether no other map, or none of those among, is above one (sign 1) or below it (-1).

    Others may be level with it, as a method that always hits the mask is in the pointing game, but
    not all of them.
    """
    if name not in scores.methods:
        return None
    own = better[scores.methods.index(name)]
    compared = [*among, "mask"] if among else list(scores.methods)
    others = [better[m] for m, of in enumerate(scores.methods) if of != name and of in compared]
    known = sign * np.array([other for other in others if not np.isnan(other)])
    return bool((sign * own >= known).all() and (sign * own > known).any())


def _reaction(
    scores: ScoreArray,
    untrained: ScoreArray | None,
    method: str,
    signs: np.ndarray,
    bootstrap: Bootstrap,
) -> dict[str, np.ndarray]:
    if untrained is None:
        missing = np.full(len(signs), np.nan)
        return {"reaction": missing, "reaction_low": missing, "reaction_high": missing}
    rows = [scores.images.index(image) for image in untrained.images]
    difference = (scores.of(method)[:, rows] - untrained.of(method)) * signs
    mean = mean_of(difference, bootstrap)
    low, high = mean.interval(bootstrap.confidence)
    return {"reaction": mean.value, "reaction_low": low, "reaction_high": high}
