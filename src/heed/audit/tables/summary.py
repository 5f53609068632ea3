"""The audit in a few numbers per model, with intervals over persons and trainings."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from heed.audit.tables.estimates import Estimates
from heed.audit.tables.quantities import GAPS, difference, pairs, quantities, sides
from heed.metrics.comparison import compare
from heed.metrics.estimates import Estimate
from heed.metrics.paired_tests import sign_test_p, signed_rank_p

HEADLINE: Final = ("error_rate", "balanced_error_rate", "amr", "proportional_energy", "pe_gap")
"""What is said of a model in few numbers."""


def summarise(
    estimates: Mapping[str, Estimates], faces: int, persons: int, confidence: float, seed: int
) -> dict[str, Any]:
    """Overall numbers of each model and the differences between models.

    Each is an unweighted mean over attributes: ``error_rate``, ``balanced_error_rate``, ``fnr``,
    ``fpr``, ``amr``, ``proportional_energy`` (PE), ``empty_rate``, ``bias_share``; over the
    attributes of which the model predicts both classes for enough faces (their number is
    ``pe_attributes``) ``pe_predicted_minority``, ``pe_predicted_majority`` and their difference
    ``pe_gap``; likewise ``amr_incorrect_gap``, the AMR of incorrect less that of correct
    decisions, and ``amr_label_gap``, that of faces with less that of faces without the attribute.

    Args:
        estimates: by name of the model, made with one seed.
        faces: number of audited faces.
        persons: number of persons on them.
        confidence: of the intervals.
        seed: of the draws of attributes.

    Returns:
        ``faces`` and ``persons``; ``models.<name>.<quantity>`` and, for each pair of models in
        order, ``differences.<second>_minus_<first>.<quantity>``, on the attributes that count for
        both, with the two models' numbers on these attributes, ``first`` and ``second``; of gaps
        these have their intervals, ``first_low``, ``first_attributes_low`` ... Each has
        ``value`` and its interval over persons and trainings, ``low`` and ``high``.
        Gaps and differences, which speak of a pattern over attributes, have also ``attributes_low``
        and ``attributes_high``, the interval that draws attributes too; ``above`` and
        ``below``, in how many attributes they are above and below 0; ``sign_test_p``; and
        ``signed_rank_p``, Wilcoxon's. ``models.<name>`` has the number of ``replicates`` and
        ``pe_attributes``, ``differences.<pair>`` ``pe_attributes``.
    """
    numbers = {name: quantities(of_model) for name, of_model in estimates.items()}
    models: dict[str, dict[str, Any]] = {}
    for name, of_model in numbers.items():
        models[name] = {}
        for quantity, estimated in of_model.items():
            pool = [other[quantity] for other in numbers.values()]
            described = interval(estimated, pool, confidence)
            if quantity in GAPS:
                described |= pattern(estimated, pool, confidence, seed)
            else:  # a share
                described |= {end: float(np.clip(described[end], 0, 1)) for end in ("low", "high")}
            models[name][quantity] = described
        models[name]["pe_attributes"] = int(of_model["pe_gap"].counted.sum())
        models[name]["replicates"] = len(of_model["error_rate"].replicates[0])
    differences: dict[str, dict[str, Any]] = {}
    for pair, (first, second) in pairs(numbers).items():
        differences[pair] = {}
        for quantity in numbers[first]:
            apart, pool = difference(numbers, first, second, quantity)
            on_the_same = sides(numbers, first, second, quantity, apart)
            differences[pair][quantity] = (
                interval(apart, pool, confidence)
                | {side: of.overall for side, of in on_the_same.items()}
                | pattern(apart, pool, confidence, seed)
            )
            if quantity in GAPS:
                differences[pair][quantity] |= sides_intervals(on_the_same, pool, confidence, seed)
            if quantity == "pe_gap":
                differences[pair]["pe_attributes"] = int(apart.counted.sum())
    return {"faces": faces, "persons": persons, "models": models, "differences": differences}


def headline(summary: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The few numbers of each model that a terminal holds, without their intervals.

    Args:
        summary: what :func:`summarise` returned.

    Returns:
        ``<model>.<quantity>``, the quantities of :data:`HEADLINE`.
    """
    return {
        name: {quantity: of_model[quantity]["value"] for quantity in HEADLINE}
        for name, of_model in summary["models"].items()
    }


def interval(estimated: Estimate, pool: Sequence[Estimate], confidence: float) -> dict[str, float]:
    """A mean over attributes with its interval over persons and trainings, as JSON has it."""
    low, high = estimated.overall_interval(confidence, pool)
    return {"value": estimated.overall, "low": low, "high": high}


def sides_intervals(
    of_sides: Mapping[str, Estimate], pool: Sequence[Estimate], confidence: float, seed: int
) -> dict[str, float]:
    """The two gaps that a difference is made of, with their intervals, as JSON has them.

    Args:
        of_sides: of :func:`heed.audit.tables.quantities.sides`.
        pool: the gap of all models on these attributes.
        confidence: of the intervals.
        seed: of the draws of attributes.

    Returns:
        ``<side>``, ``<side>_low`` and ``<side>_high`` over persons and trainings, and
        ``<side>_attributes_low`` and ``<side>_attributes_high``, which draw attributes too.
    """
    found: dict[str, float] = {}
    for side, of in of_sides.items():
        low, high = of.overall_interval(confidence, pool)
        wider_low, wider_high = of.attributes_interval(confidence, seed, pool)
        found |= {
            side: of.overall, f"{side}_low": low, f"{side}_high": high,
            f"{side}_attributes_low": wider_low, f"{side}_attributes_high": wider_high,
        }  # fmt: skip
    return found


def pattern(
    estimated: Estimate, pool: Sequence[Estimate], confidence: float, seed: int
) -> dict[str, float]:
    """What a number says of attributes in general, as JSON has it; see :func:`summarise`."""
    low, high = estimated.attributes_interval(confidence, seed, pool)
    apart = estimated.mean[estimated.counted]
    counts = compare(apart, np.zeros(len(apart)))
    return {
        "attributes_low": low,
        "attributes_high": high,
        "above": counts.above,
        "below": counts.below,
        "sign_test_p": sign_test_p(apart),
        "signed_rank_p": signed_rank_p(apart),
    }
