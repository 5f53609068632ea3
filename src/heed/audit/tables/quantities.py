"""What an audit says of a model, per attribute: rates, scores, and gaps between two groups."""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

from heed.audit.tables.estimates import Estimates
from heed.metrics.estimates import Estimate

GAPS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "pe_gap": (
        ("proportional_energy", "predicted_minority"),
        ("proportional_energy", "predicted_majority"),
    ),
    "amr_incorrect_gap": (("amr", "incorrect"), ("amr", "correct")),
    "amr_label_gap": (("amr", "gt_positive"), ("amr", "gt_negative")),
}
"""Differences within a model: metric and group of the first mean, and of the one taken off.

The PE gap is positive for a model that looks away when it predicts the majority class.
"""

DIFFERENCES: Final = (
    "error_rate", "balanced_error_rate", "amr", "proportional_energy", "empty_rate", *GAPS,
)  # fmt: skip
"""What is compared between models, attribute by attribute."""

Quantities = Mapping[str, Estimate]


def quantities(of_model: Estimates) -> dict[str, Estimate]:
    """Each quantity of a model, per attribute.

    Returns:
        The rates of :class:`~heed.audit.tables.estimates.Estimates`, ``amr``,
        ``proportional_energy`` (PE) and ``bias_share`` of all faces, each of :data:`GAPS`, and
        ``pe_predicted_minority`` and ``pe_predicted_majority`` of the attributes that count in the
        PE gap: those of which the model predicts both classes for enough faces.
    """
    found: dict[str, Estimate] = dict(of_model.rates)
    for metric in ("amr", "proportional_energy", "bias_share"):
        found[metric] = of_model.groups[metric, "all"]
    for name, (first, second) in GAPS.items():
        found[name] = of_model.groups[first].less(of_model.groups[second], same_trainings=True)
    for side, name in zip(
        GAPS["pe_gap"], ("pe_predicted_minority", "pe_predicted_majority"), strict=True
    ):
        found[name] = of_model.groups[side].where(found["pe_gap"].counted)
    return found


def pairs(models: Iterable[str]) -> dict[str, tuple[str, str]]:
    """By ``<second>_minus_<first>``, the two models of each pair, in the order of the models."""
    return {f"{second}_minus_{first}": (first, second) for first, second in combinations(models, 2)}


def difference(
    models: Mapping[str, Quantities], first: str, second: str, quantity: str
) -> tuple[Estimate, list[Estimate]]:
    """The second model's quantity less the first one's, on the attributes that count in both.

    Returns:
        The difference; and the quantity of all models on these attributes, whose trainings tell
        how far trainings scatter.
    """
    one, other = models[first][quantity], models[second][quantity]
    both = one.counted & other.counted
    apart = other.where(both).less(one.where(both), same_trainings=False)
    return apart, [of_model[quantity].where(both) for of_model in models.values()]


def sides(
    models: Mapping[str, Quantities], first: str, second: str, quantity: str, apart: Estimate
) -> dict[str, Estimate]:
    """The quantity of both models of a pair, ``first`` and ``second``, on the same attributes.

    Args:
        models: as :func:`difference`.
        first: the model that is taken off.
        second: the other one.
        quantity: which.
        apart: their difference, whose attributes count.
    """
    of_pair = {"first": models[first][quantity], "second": models[second][quantity]}
    return {side: of.where(apart.counted) for side, of in of_pair.items()}
