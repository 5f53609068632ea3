"""What other scores of the field say of the same maps and masks."""

from typing import Final

import pandas as pd

from heed.audit.page.sections import Row, Section, row
from heed.metrics.estimates import OVERALL
from heed.metrics.pointing_game import TOLERANCE
from heed.pages.number import Number, Unit, told
from heed.pages.wording import listed, sentence

SCORES: Final[dict[str, tuple[str, Unit, str]]] = {
    "iou": (
        "Intersection over union",
        "share",
        "active area and mask have a mean intersection over union of {}",
    ),
    "pointing_game": (
        "Pointing game",
        "percent",
        f"the highest point of a map is in its mask, or at most {TOLERANCE:.0f} pixels beside it, "
        "in {} of them",
    ),
    "pixel_roc_auc": (
        "ROC AUC of pixels",
        "share",
        "a pixel inside the mask is higher than one outside with a probability of {}, where 0.5 "
        "is no relation",
    ),
}
"""By metric its name, its unit, and a clause on all networks."""


def other_scores(groups: pd.DataFrame) -> Section:
    """Intersection over union, pointing game and ROC AUC, over all faces and attributes.

    Args:
        groups: ``metrics/tables/groups.csv``.
    """
    chosen = groups[(groups["group"] == "all") & (groups["attribute"] == OVERALL)]
    clauses: list[str] = []
    rows: list[Row] = []
    for metric, (name, unit, clause) in SCORES.items():
        of_metric = chosen[chosen["metric"] == metric]
        found = {
            str(model): Number(*numbers)
            for model, *numbers in of_metric[["model", "mean", "low", "high"]].itertuples(
                index=False
            )
        }
        rows += [row(name, model, number, unit) for model, number in found.items()]
        clauses.append(
            clause.format(
                listed([f"{told(number, unit)} ({model})" for model, number in found.items()])
            )
        )
    return Section(
        "other-scores",
        "Other scores of the same maps",
        "Other scores",
        sentence(clauses),
        rows=rows,
        note="They too rise with the size of a mask: compare networks, and not attributes.",
    )
