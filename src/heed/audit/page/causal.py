"""What the networks use, beside where they look: attributes flipped, cells deleted."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from heed.audit.figures.causal_and_amr import EVIDENCE, points_of
from heed.audit.page.sections import Row, Section, row
from heed.metrics.correlation import correlate
from heed.metrics.estimates import OVERALL
from heed.pages.number import Direction, Number, Unit, printed, told
from heed.pages.wording import grouped, listed, networks, sentence

QUANTITIES: Final[dict[str, tuple[str, Unit]]] = {
    "flip": ("Attribute flipped: move of its own logit", "share"),
    "flip_logit": ("the same in logits", "share"),
    "off_target": ("Attribute flipped: distance of the other logits", "share"),
    "flip_first": ("Flips by which no other logit moves further", "percent"),
    "top": ("Top cells of the map deleted", "share"),
    "mask": ("Cells of the mask deleted", "share"),
    "random": ("Random cells deleted", "share"),
    "top_less_random": ("Top cells less random cells", "share"),
    "mask_less_random": ("Mask\N{RIGHT SINGLE QUOTATION MARK}s cells less random cells", "share"),
    "top_less_mask": ("Top cells less the mask\N{RIGHT SINGLE QUOTATION MARK}s cells", "share"),
}
"""Metrics of ``metrics/tables/causal.csv``: in words, and their unit."""

FOLLOWS: Final[dict[Direction, str]] = {
    "up": "when an attribute alone is flipped in the drawn face, its logit follows,",
    "down": "when an attribute alone is flipped in the drawn face, its logit goes the other way,",
    "equal": "when an attribute alone is flipped in the drawn face, its logit stays:",
    "unclear": "when an attribute alone is flipped, whether its logit follows is not clear:",
    "missing": "nothing is known of flips",
}

FALLS: Final[dict[Direction, str]] = {
    "up": "what a map explains falls more with its {} top cells deleted than with as many at "
    "random:",
    "down": "what a map explains falls less with its {} top cells deleted than with as many at "
    "random:",
    "equal": "what a map explains falls as much with its {} top cells deleted as with as many at "
    "random:",
    "unclear": "whether what a map explains falls more with its {} top cells deleted than with as "
    "many at random is not clear:",
    "missing": "nothing is known of deleted cells",
}

AGREES: Final[dict[Direction, str]] = {
    "up": "the higher the normalised AMR of an attribute against {}, the more it is used:",
    "down": "the higher the normalised AMR of an attribute against {}, the less it is used:",
    "equal": "the normalised AMR of an attribute against {} says nothing of how much it is used:",
    "unclear": "whether an attribute with a higher normalised AMR against {} is used more is not "
    "clear:",
    "missing": "normalised AMR against {} cannot be held against the moves",
}

NO_FLIPS: Final = (
    "photographs cannot be drawn again with one attribute changed, so what a flip would do is not "
    "told"
)

NOTE: Final = (
    "Moves are in standard deviations of the logit over the audited faces, but where logits are "
    "said. Ranks are over the attributes whose scale has a range."
)

CAVEAT: Final = (
    "A flip draws the attribute plainly, or takes it away, and nothing else; faces that would not "
    "occur so, such as a blond bald one, are not drawn. Networks have seen neither such flips nor "
    "crops with cells deleted: so the other logits and the random cells are what to compare with."
)


def uses(
    causal: pd.DataFrame,
    versions: pd.DataFrame,
    audited: str,
    settings: Mapping[str, Mapping[str, Any]],
) -> Section:
    """What do the networks use?

    Args:
        causal: ``metrics/tables/causal.csv``.
        versions: ``metrics/tables/mask_versions.csv``; the column ``version`` as text.
        audited: the version of the masks behind the page's other numbers.
        settings: parameters by key.
    """
    overall = causal[causal["attribute"] == OVERALL].set_index(["metric", "model"])
    numbers = {
        metric: {
            str(model): Number(*map(float, line))
            for model, line in overall.loc[[metric], ["mean", "low", "high"]]
            .droplevel(0)
            .iterrows()
        }
        for metric in QUANTITIES
        if metric in overall.index
    }
    clauses = _flips(numbers) if "flip" in numbers else [NO_FLIPS]
    clauses += _deletions(numbers, settings["causal"]["cells"])
    ranks, rank_rows = _ranks(
        causal, versions, audited, "flip" if "flip" in numbers else "top_less_random", settings
    )
    rows = [
        row(QUANTITIES[metric][0], model, number, QUANTITIES[metric][1])
        for metric, of_models in numbers.items()
        for model, number in of_models.items()
    ]
    return Section(
        "causal",
        "What do the networks use?",
        "Use",
        sentence(clauses + ranks),
        rows=[*rows, *rank_rows],
        note=NOTE,
        caveat=CAVEAT,
        figures=("causal_and_amr", "causal_moves"),
    )


def _flips(numbers: Mapping[str, Mapping[str, Number]]) -> list[str]:
    clauses = []
    flips, others = numbers["flip"], numbers["off_target"]
    for direction, models in grouped({m: n.direction() for m, n in flips.items()}).items():
        found = [
            f"{_moved(flips[m])} standard deviations for {networks([m])} ("
            f"the others move by "
            f"{printed(others[m].value, 'share')})"
            for m in models
        ]
        clauses.append(FOLLOWS[direction] + (f" {listed(found)}" if direction != "missing" else ""))
    return clauses


def _moved(move: Number) -> str:
    """How far a logit moves; its sign where that is not told."""
    direction = move.direction()
    if direction in ("up", "down"):
        return f"by {told(-move if direction == 'down' else move, 'share')}"
    return told(move, "share", signed=True)


def _deletions(numbers: Mapping[str, Mapping[str, Number]], cells: int) -> list[str]:
    top, random, mask = numbers["top"], numbers["random"], numbers.get("mask", {})
    compared = numbers["top_less_random"]
    clauses = []
    for direction, models in grouped({m: n.direction() for m, n in compared.items()}).items():
        found = [
            f"{printed(top[m].value, 'share')} against {printed(random[m].value, 'share')} for "
            f"{networks([m])}"
            + (f" (the mask's cells: {printed(mask[m].value, 'share')})" if m in mask else "")
            for m in models
        ]
        falls = FALLS[direction].format(cells)
        clauses.append(falls + (f" {listed(found)}" if direction != "missing" else ""))
    return clauses


def _ranks(
    causal: pd.DataFrame,
    versions: pd.DataFrame,
    audited: str,
    move: str,
    settings: Mapping[str, Mapping[str, Any]],
) -> tuple[list[str], list[Row]]:
    """Whether attributes rank alike by normalised AMR and by use, against masks and evidence."""
    bootstrap = {name: settings["statistics"][name] for name in ("resamples", "confidence", "seed")}
    models = [str(model) for model in dict.fromkeys(causal["model"])]
    clauses, rows = [], []
    for masks in (audited, *({EVIDENCE} & set(versions["version"]) - {audited})):
        against = "the evidence" if masks == EVIDENCE else f"masks {masks}"
        found = {}
        for model in models:
            points = points_of(causal, versions, model, move, masks)
            of_ranks = correlate(points["amr"], points["move"], **bootstrap)
            found[model] = Number(of_ranks.spearman, *of_ranks.spearman_interval)
            what = "flips" if move == "flip" else "deleted top cells"
            quantity = f"Rank correlation of normalised AMR against {against} with moves by {what}"
            line = row(quantity, f"{model} ({len(points)} attributes)", found[model], "share",
                       signed=True)  # fmt: skip
            rows.append(line)
        for direction, alike in grouped({m: n.direction() for m, n in found.items()}).items():
            told_of = [f"{told(found[m], 'share', signed=True)} for {networks([m])}" for m in alike]
            agrees = AGREES[direction].format(against)
            known = f" rank correlation {listed(told_of)}" if direction != "missing" else ""
            clauses.append(agrees + known)
    return clauses, rows
