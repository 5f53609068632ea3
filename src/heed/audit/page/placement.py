"""What the rule that places the cells of maps does to their scores."""

from collections.abc import Collection
from typing import Final

import pandas as pd

from heed.audit.page.reported import PLACED
from heed.audit.page.sections import Grid, Section
from heed.metrics.estimates import OVERALL
from heed.pages.number import printed
from heed.pages.wording import listed, networks, sentence

NAMES: Final = {"half_pixel": "half-pixel rule", "receptive_field": "where the cells look"}
"""The rules, as the page calls them."""

EVIDENCE: Final = "evidence"

SCORES: Final = {"amr": "AMR", "proportional_energy": "PE"}


def both_placements(placements: pd.DataFrame, audited: str, chosen: str) -> Section:
    """The scores of the same maps by each placement of their cells.

    Args:
        placements: ``metrics/tables/placements.csv``; the column ``version`` as text.
        audited: the version of the masks behind the page's other numbers.
        chosen: the placement behind them.
    """
    overall = placements[placements["attribute"] == OVERALL]
    rules = [rule for rule in NAMES if rule in set(overall["placement"])]
    lines = []
    for score, name in SCORES.items():
        wide = overall.pivot_table(
            index=["version", "model"], columns="placement", values=score, sort=False
        )
        for (version, model), numbers in wide.iterrows():
            lines.append(
                (
                    (name, _called(str(version)), str(model)),
                    [printed(float(numbers[rule]), "share") for rule in rules],
                )
            )
    quoted = _quoted(set(overall["version"]), audited)
    against = overall[overall["version"] == quoted]
    moved = []
    for model, of_model in against.groupby("model", sort=False):
        amr = of_model.set_index("placement")["amr"]
        if {*NAMES} <= {*amr.index}:
            moved.append(
                f"from {printed(amr['half_pixel'], 'share')} to "
                f"{printed(amr['receptive_field'], 'share')} for {networks([model])}"
            )
    clauses = [
        f"the maps of this page are placed {PLACED[chosen]}",
        "tools enlarge maps by the half-pixel rule, as for the published numbers, which for most "
        "networks draws them about half a cell too far to the right and too low",
    ]
    if moved:
        against_what = "the evidence" if quoted == EVIDENCE else f"masks {quoted}"
        clauses.append(
            f"drawn where the cells look instead, the same maps' AMR against {against_what} goes "
            f"{listed(moved)}"
        )
    return Section(
        "placement",
        "Where do the cells of a map look?",
        "Placement",
        sentence(clauses),
        grid=Grid(("Score", "Scored with", "Of"), [NAMES[rule] for rule in rules], lines),
        figures=("placement",),
    )


def _called(version: str) -> str:
    return version if version == EVIDENCE else f"masks {version}"


def _quoted(versions: Collection[str], audited: str) -> str:
    """The finest version there is, against which a shift by half a cell shows."""
    return next(iter([v for v in (EVIDENCE, "3") if v in versions]), audited)
