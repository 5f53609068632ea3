"""The statistics of an audit from its tables and average maps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.layout import models_in
from heed.audit.tables.permuted import Side
from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.metrics.comparison import compare
from heed.metrics.correlation import correlate
from heed.metrics.divergence import kl_divergence
from heed.metrics.estimates import OVERALL
from heed.metrics.groups import GROUP_INDEX

KL_GROUPS: Final[dict[str, tuple[str, str]]] = {
    "correctness": ("correct", "incorrect"),
    "label": ("gt_positive", "gt_negative"),
}
"""Pairs of groups whose average maps are compared within a classifier."""


@dataclass(frozen=True)
class Averages:
    """Average maps of one classifier.

    Attributes:
        means: (40, 9, S, S) float32, groups in the order of ``GROUPS``; NaN = missing.
        n: (40, 9) float64, faces in each mean, a mean over the trainings.
    """

    means: NDArray[np.float32]
    n: NDArray[np.float64]


def amr_statistics(
    table: pd.DataFrame, *, resamples: int, confidence: float, seed: int
) -> dict[str, dict[str, Any]]:
    """Correlation of AMR and ER, and counts of attributes, per classifier.

    Args:
        table: in the layout of Bieri (2023), Table 5.1: one row per attribute, and
            per classifier columns ``<name>_error_rate``, ``<name>_amr``,
            ``_amr_gt_pos``, ``_amr_gt_neg``, ``_amr_correct``, ``_amr_incorrect``;
            fractions. The row ``OVERALL`` is left out.
        resamples: number of bootstrap resamples of the attributes.
        confidence: of the intervals.
        seed: of the random generator.

    Returns:
        Per classifier: ``attributes`` (number with both values); the entries of the
        covariance matrix, ``variance_amr``, ``variance_error_rate`` and
        ``covariance``; ``pearson``, ``pearson_p``, ``spearman``, ``spearman_p``;
        ``_low`` and ``_high`` of the three measures; and over how many attributes
        AMR is higher for incorrect than for correct decisions
        (``incorrect_above_correct`` of ``with_both_decisions``) and for faces with
        than without the attribute (``positive_above_negative`` of
        ``with_both_labels``).
    """
    rows = table[table["attribute"] != OVERALL]
    result: dict[str, dict[str, Any]] = {}
    for model in models_in(table, "error_rate"):

        def column(name: str, model: str = model) -> NDArray[np.float64]:
            heading = f"{model}_{name}"
            if heading not in rows:
                raise InputError(f"found no column {heading}; expected it beside the others")
            return rows[heading].to_numpy(np.float64)

        found = correlate(
            column("amr"),
            column("error_rate"),
            resamples=resamples,
            confidence=confidence,
            seed=seed,
        )
        decisions = compare(column("amr_incorrect"), column("amr_correct"))
        labels = compare(column("amr_gt_pos"), column("amr_gt_neg"))
        result[model] = {
            "attributes": found.n,
            "variance_amr": float(found.covariance[0, 0]),
            "variance_error_rate": float(found.covariance[1, 1]),
            "covariance": float(found.covariance[0, 1]),
            "covariance_low": found.covariance_interval[0],
            "covariance_high": found.covariance_interval[1],
            "pearson": found.pearson,
            "pearson_low": found.pearson_interval[0],
            "pearson_high": found.pearson_interval[1],
            "pearson_p": found.pearson_p,
            "spearman": found.spearman,
            "spearman_low": found.spearman_interval[0],
            "spearman_high": found.spearman_interval[1],
            "spearman_p": found.spearman_p,
            "incorrect_above_correct": decisions.above,
            "with_both_decisions": decisions.n,
            "positive_above_negative": labels.above,
            "with_both_labels": labels.n,
        }
    return result


def kl_table(
    averages: Mapping[str, Averages],
    attributes: Sequence[str],
    permuted: Mapping[tuple[Side, Side], NDArray[np.float64]],
    epsilon: float,
) -> pd.DataFrame:
    """KL divergence of average maps, for the pairs of Bieri (2023), Fig. 5.7.

    The pairs are: the averages over all faces of two classifiers (each pair, the
    one named first in ``averages`` as p); and within each classifier correct
    against incorrect decisions, and faces with against without the attribute.
    The direction of the latter two is not stated in the thesis; here p is the
    group named first.

    Args:
        averages: by name of the classifier.
        attributes: in the order of the rows.
        permuted: by pair of :func:`compared_pairs` the mean divergence over permutations of the
            faces, (40,); see :func:`heed.audit.tables.permuted.permuted_divergences`.
        epsilon: see :func:`heed.metrics.divergence.kl_divergence`.

    Returns:
        Columns ``comparison`` (models, correctness or label), ``p`` and ``q``
        (``<classifier>/<group>``), ``attribute``, ``n_p`` and ``n_q`` (faces),
        ``proper`` and ``thesis`` (nats); ``unnormalised`` (nats per pixel); ``permuted``, the mean
        of ``proper`` where it does not matter which face is in which group, and ``corrected``,
        ``proper`` less it; ``intensity_p`` and ``intensity_q``, the mean pixel of either average
        map, 0..1. NaN where a group has no face; no divergence where it has only empty maps.
    """
    order = [ATTRIBUTE_INDEX[attribute] for attribute in attributes]
    parts = []
    for comparison, *sides in compared_pairs(list(averages)):
        maps, counts = [], []
        for model, group in sides:
            maps.append(averages[model].means[order, GROUP_INDEX[group]])
            counts.append(averages[model].n[order, GROUP_INDEX[group]])
        p, q = maps
        proper = kl_divergence(p, q, mode="proper", epsilon=epsilon)
        noise = permuted[sides[0], sides[1]][order]
        generalised = kl_divergence(p, q, mode="unnormalised", epsilon=epsilon)
        part = {
            "comparison": comparison,
            "p": "/".join(sides[0]),
            "q": "/".join(sides[1]),
            "attribute": list(attributes),
            "n_p": counts[0],
            "n_q": counts[1],
            "proper": proper,
            "thesis": kl_divergence(p, q, mode="thesis", epsilon=epsilon),
            "unnormalised": generalised / (p.shape[-2] * p.shape[-1]),
            "permuted": noise,
            "corrected": proper - noise,
            "intensity_p": p.mean(axis=(-2, -1), dtype=np.float64),
            "intensity_q": q.mean(axis=(-2, -1), dtype=np.float64),
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def kl_summary(
    table: pd.DataFrame, *, resamples: int, confidence: float, seed: int
) -> dict[str, dict[str, Any]]:
    """Each pair of :func:`kl_table` in a few numbers.

    Args:
        table: with the attributes of each pair by increasing class imbalance.
        resamples: number of bootstrap resamples of the attributes.
        confidence: of the interval.
        seed: of the random generator.

    Returns:
        Per pair ``<p>_to_<q>``: ``attributes`` (number with a divergence), ``mean``
        (of mode ``proper``, nats) and ``imbalance_spearman``, its rank correlation
        with the place in the order of imbalance, with ``_low`` and ``_high``: positive if the
        divergence grows with imbalance; NaN below three attributes or where all are equal. The
        same of mode ``proper`` less the mean over permutations of the faces, ``corrected_…``.
    """
    result = {}
    for (p, q), rows in table.groupby(["p", "q"], sort=False):
        found: dict[str, Any] = {"attributes": int(rows["proper"].notna().sum())}
        for column, prefix in (("proper", ""), ("corrected", "corrected_")):
            divergence = rows[column].to_numpy(np.float64)
            trend = correlate(
                np.arange(len(divergence)), divergence,
                resamples=resamples, confidence=confidence, seed=seed,
            )  # fmt: skip
            found |= {
                f"{prefix}mean": float(rows[column].mean()),
                f"{prefix}imbalance_spearman": trend.spearman,
                f"{prefix}imbalance_spearman_low": trend.spearman_interval[0],
                f"{prefix}imbalance_spearman_high": trend.spearman_interval[1],
            }
        result[f"{p}_to_{q}"] = found
    return result


def compared_pairs(models: Sequence[str]) -> Iterator[tuple[str, Side, Side]]:
    """What is compared, by which criterion (``models``, ``correctness`` or ``label``).

    Example:
        >>> list(compared_pairs(["net"]))[0]
        ('correctness', ('net', 'correct'), ('net', 'incorrect'))
    """
    for first, second in combinations(models, 2):
        yield "models", (first, "all"), (second, "all")
    for comparison, (p, q) in KL_GROUPS.items():
        for model in models:
            yield comparison, (model, p), (model, q)
