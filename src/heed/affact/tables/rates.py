"""How often networks decide wrongly, and how well their scores rank the faces, per attribute.

A network is judged by its decisions and scores on one test set. With a face's decision and
label each +1 (present) or -1:

- error: share of faces whose decision is not their label;
- false negative rate (FNR): share of decisions -1 among the labels +1;
- false positive rate (FPR): share of decisions +1 among the labels -1;
- balanced error: (FNR + FPR) / 2;
- AUC: area under the receiver operating characteristic, which is the probability that a face
  with the attribute has a higher score than one without, equal scores counting one half
  (Hanley & McNeil 1982).

A rate over faces of which there are none is missing (NaN). Other than in the audit
(:mod:`heed.audit.tables.estimates`) a decision need not be a logit's sign: ten crops vote, and the
threshold can be another. Chavannes & Rutishauser (2021) count a logit of 0.5 or more, which is a
probability of 0.622, as present; 0 is a probability of one half.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.affact.decisions import Decisions, Rule, decide
from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.bootstrap import cluster_weights
from heed.metrics.estimates import OVERALL, Estimate
from heed.metrics.majority import LabelsError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Key = TypeVar("Key")

RATES: Final = ("error", "fnr", "fpr", "balanced_error", "auc")

Rates = Mapping[str, Estimate]
"""By name, each of :data:`RATES` on one test set."""

# Resamples are taken few at a time: their weights stay in the processor's cache while the AUC of
# every attribute passes over them.
BLOCK_ELEMENTS: Final = 200_000


def decisions_of(logits: ArrayLike, threshold: float = 0.0, rule: Rule = "vote") -> Decisions:
    """Decide for each face and attribute.

    Args:
        logits: (N, 40), or (N, 10, 40) for ten crops of each face.
        threshold: the attribute is present from this logit on.
        rule: how ten crops come to one decision, see :func:`heed.affact.decisions.decide`.

    Raises:
        ValueError: for another shape, or a logit that is not finite.
    """
    z = np.asarray(logits, np.float64)
    if z.ndim == 3:
        return decide(z, threshold, rule)
    if z.ndim != 2:
        raise InputError(f"found logits of shape {z.shape}; expected (N, 40) or (N, 10, 40)")
    if not np.isfinite(z).all():
        face, attribute = np.argwhere(~np.isfinite(z))[0]
        raise InputError(
            f"found the logit {z[face, attribute]} of face {face}, attribute {attribute} (counted "
            "from 0); expected finite logits: predict them again"
        )
    return Decisions(z >= threshold, z)


def estimate_rates(
    judged: Mapping[Key, Decisions],
    labels: ArrayLike,
    persons: ArrayLike,
    *,
    resamples: int,
    seed: int,
) -> dict[Key, dict[str, Estimate]]:
    """Estimate the rates of several networks and sets, each with its bootstrap resamples.

    Persons are resampled, each with all faces and all attributes. Every network and set gets the
    same resamples, so that a difference between two of them can be resampled as well.

    Args:
        judged: what each network decides on each set, about the same N faces.
        labels: of these faces, (N, 40) int8, -1 or +1.
        persons: who is on them, (N,) whole numbers; see :func:`heed.celeba.persons.persons_of`.
        resamples: number of bootstrap resamples.
        seed: of the resampling.

    Returns:
        By the keys of ``judged``, each of :data:`RATES`.

    Raises:
        LabelsError: if there are no faces, or a label is neither -1 nor +1.
        ValueError: if decisions are not of the labels' shape, or persons of another number.
    """
    labels, persons = np.asarray(labels), np.asarray(persons)
    if len(labels) == 0 or not np.isin(labels, (-1, 1)).all():
        raise LabelsError(
            f"found {len(labels)} faces with labels {np.unique(labels).tolist()}; expected at "
            "least one face, and only -1 and +1"
        )
    if persons.shape != labels.shape[:1]:
        raise InputError(
            f"found persons of shape {persons.shape} for {len(labels)} faces; expected one for each"
        )
    for key, decisions in judged.items():
        if not decisions.positive.shape == decisions.score.shape == labels.shape:
            raise InputError(
                f"{key}: found decisions {decisions.positive.shape} and scores "
                f"{decisions.score.shape} for labels {labels.shape}; expected one for each label"
            )
    present = labels == 1
    positives = np.count_nonzero(present, axis=0).astype(np.int64)
    faces = np.full_like(positives, len(labels))
    n = dict.fromkeys(RATES, faces) | {"fnr": positives, "fpr": faces - positives}
    estimates = {}
    for key, decisions in judged.items():  # one at a time: each holds ranks of all faces
        counted = _Counted.of(decisions, present)
        means = counted.rates(np.ones((1, len(labels))))[:, 0]
        blocks = cluster_weights(persons, resamples, seed, block_elements=BLOCK_ELEMENTS)
        resampled = np.concatenate([counted.rates(weights) for weights in blocks], axis=1)
        estimates[key] = {
            name: Estimate(n[name], means[index], resampled[index])
            for index, name in enumerate(RATES)
        }
    return estimates


def rates_table(estimates: Mapping[tuple[str, str], Rates], confidence: float) -> pd.DataFrame:
    """All rates, one row per network, set and attribute.

    Args:
        estimates: by network and set, see :func:`estimate_rates`.
        confidence: of the intervals.

    Returns:
        Columns ``network``, ``set``, ``attribute``, ``n`` (faces), ``positives`` (those with
        the attribute), :data:`RATES` (fractions), ``error_low`` and ``error_high`` (bootstrap
        interval of the error). Behind each network's attributes on a set, the row
        :data:`~heed.metrics.estimates.OVERALL` has the means of the rates over the attributes that
        have them, and the sums of ``n`` and ``positives``.
    """
    parts = []
    for (network, test_set), rates in estimates.items():
        part: dict[str, Any] = {
            "network": network,
            "set": test_set,
            "attribute": [*ATTRIBUTES, OVERALL],
        }
        for column, name in (("n", "error"), ("positives", "fnr")):
            part[column] = np.append(rates[name].n, rates[name].n.sum())
        for name in RATES:
            part[name] = np.append(rates[name].mean, rates[name].overall)
        error = rates["error"]
        ends = zip(error.interval(confidence), error.overall_interval(confidence), strict=True)
        part["error_low"], part["error_high"] = (np.append(*end) for end in ends)
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, eq=False)
class Ranking:
    """The faces in order of their score for one attribute: all that the AUC depends on.

    Attributes:
        present: (P,) rows of the faces with the attribute.
        absent: (N - P,) rows of those without it, by increasing score.
        below: (P,) number of ``absent`` whose score is below that of each of ``present``.
        up_to: (P,) the same, below or equal.
    """

    present: NDArray[np.intp]
    absent: NDArray[np.intp]
    below: NDArray[np.intp]
    up_to: NDArray[np.intp]

    @classmethod
    def of(cls, score: Floats, present: Bools) -> "Ranking":
        """Rank faces by (N,) scores, higher where the attribute is likelier; (N,) labels."""
        order = np.argsort(score, kind="stable")
        labelled = present[order]
        with_it, without = order[labelled], order[~labelled]
        below, up_to = (
            np.searchsorted(score[without], score[with_it], side) for side in ("left", "right")
        )
        return cls(with_it, without, below, up_to)

    def area_under_curve(self, weights: Floats) -> Floats:
        """Area under the receiver operating characteristic, under weights of the faces.

        Of all pairs of a face with and one without the attribute, each pair weighing the
        product of its faces' weights, the share in which the former has the higher score;
        pairs of equal scores count one half.

        Args:
            weights: (B, N) float64, 0 or more; a resample's counts, or ones.

        Returns:
            (B,) float64; NaN where all the weight is on one class.
        """
        present = weights[:, self.present]
        lowest = np.zeros((len(weights), len(self.absent) + 1))  # weight of the first 0, 1, ...
        np.cumsum(weights[:, self.absent], axis=1, out=lowest[:, 1:])
        below = (lowest[:, self.below] + lowest[:, self.up_to]) / 2
        pairs = present.sum(axis=1) * lowest[:, -1]
        return _share(np.einsum("bp,bp->b", present, below), pairs)


@dataclass(frozen=True, eq=False)
class _Counted:
    """What is counted and ranked once per network and set, and weighed per resample."""

    present: Floats
    missed: Floats
    mistaken: Floats
    rankings: list[Ranking]

    @classmethod
    def of(cls, decisions: Decisions, present: Bools) -> "_Counted":
        positive = np.asarray(decisions.positive, np.bool_)  # of integers, ~ is another number
        return cls(
            present.astype(np.float64),
            (present & ~positive).astype(np.float64),
            (~present & positive).astype(np.float64),
            [Ranking.of(*of_one) for of_one in zip(decisions.score.T, present.T, strict=True)],
        )

    def rates(self, weights: Floats) -> Floats:
        """Every rate under (B, N) weights: (5, B, 40), in the order of RATES."""
        faces = weights.sum(axis=1, keepdims=True)
        positives = weights @ self.present
        missed, mistaken = weights @ self.missed, weights @ self.mistaken
        fnr, fpr = _share(missed, positives), _share(mistaken, faces - positives)
        auc = np.stack([ranking.area_under_curve(weights) for ranking in self.rankings], axis=1)
        return np.stack([(missed + mistaken) / faces, fnr, fpr, (fnr + fpr) / 2, auc])


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
