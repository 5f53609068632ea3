"""What the rule that places the cells of maps does to their scores."""

from typing import Final

import pandas as pd

from heed.audit.page.sections import Section, row
from heed.metrics.estimates import OVERALL
from heed.pages.number import Number, printed
from heed.pages.wording import listed, sentence

NAMES: Final = {"receptive_field": "where the cells look", "half_pixel": "half-pixel rule"}
"""The rules, as the page calls them."""

SCORES: Final = {"amr": "AMR", "proportional_energy": "PE"}


def both_placements(placements: pd.DataFrame, audited: str, chosen: str) -> Section:
    """The scores of the same maps by each placement of their cells.

    Args:
        placements: ``metrics/tables/placements.csv``; the column ``version`` as text.
        audited: the version of the masks behind the page's other numbers.
        chosen: the placement behind them.
    """
    overall = placements[placements["attribute"] == OVERALL]
    rows = [
        row(
            f"{name}, {'evidence' if version == 'evidence' else f'masks {version}'}, {NAMES[rule]}",
            str(model),
            Number(value),
            "share",
        )
        for score, name in SCORES.items()
        for version, of_version in overall.groupby("version", sort=False)
        for rule in NAMES
        for model, value in of_version.loc[of_version["placement"] == rule, ["model", score]]
        .itertuples(index=False)
    ]  # fmt: skip
    against = overall[overall["version"] == audited]
    moved = []
    for model, of_model in against.groupby("model", sort=False):
        amr = of_model.set_index("placement")["amr"]
        if {*NAMES} <= {*amr.index}:
            moved.append(
                f"from {printed(amr['half_pixel'], 'share')} to "
                f"{printed(amr['receptive_field'], 'share')} for {model}"
            )
    clauses = [
        f"the maps of this page are placed by the rule {chosen} (cam.placement)",
        "tools enlarge maps by the half-pixel rule, as for the published numbers, which for most "
        "networks draws them about half a cell too far to the right and too low",
    ]
    if moved:
        clauses.append(
            f"drawn where the cells look instead, the same maps' AMR against the masks of version "
            f"{audited} goes {listed(moved)}"
        )
    return Section(
        "placement",
        "Where do the cells of a map look?",
        "Placement",
        sentence(clauses),
        rows=rows,
        figures=("placement",),
    )
