"""Overlap of each version of the masks with the region where a face shows the attribute."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.figures.attribute_bars import Floats, legend_above, panels_for, rows_of
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.picture_grid import note
from heed.figures.theme import VERSION_MARKERS, theme, version_colours
from heed.metrics.estimates import mean_of_present

ONE_VERSION: Final = "These crops have one version of the masks only; there is no other to compare."

MEASURES: Final = {
    "iou": "intersection over union (IoU)",
    "precision": "share of the mask\ninside {reference}",
    "coverage": "share of {reference}\ninside the mask",
}


def draw_mask_overlap(overlap: pd.DataFrame) -> Figure:
    """Draw per attribute the agreement of each version of the masks with the reference.

    Args:
        overlap: columns ``reference`` and ``version`` (text), ``attribute``, ``iou``,
            ``precision`` and ``coverage`` (means over faces, shares); one reference.

    Returns:
        A figure as wide as a page's text with a panel for each measure. The attributes are
        sorted by the IoU of the version with the highest mean, those without one last; the
        legend tells each version's mean IoU over the attributes.

    Raises:
        ValueError: if the table has no row, several references or an attribute twice.
    """
    references = overlap["reference"].unique()
    if len(references) != 1:
        raise InputError(
            f"the table of mask overlap has {len(references)} references "
            f"({', '.join(references) or 'none'}); expected one"
        )
    reference = "the evidence" if references[0] == "evidence" else f"mask version {references[0]}"
    rows = rows_of(overlap)
    twice = rows[rows.set_index("version", append=True).index.duplicated()]
    if len(twice):
        raise InputError(
            f"the table of mask overlap has two rows with version {twice['version'].iloc[0]} and "
            f"attribute {twice.index[0]}; expected one"
        )
    versions = list(dict.fromkeys(rows["version"]))
    values = {
        measure: pd.DataFrame(
            {version: rows.loc[rows["version"] == version, measure] for version in versions},
            dtype=np.float64,
        )
        for measure in MEASURES
    }
    means = {version: float(mean_of_present(_of(values["iou"], version))) for version in versions}
    best = max(versions, key=lambda version: np.nan_to_num(means[version], nan=-1))
    order = values["iou"].loc[list(dict.fromkeys(rows.index))]  # not the pivot's alphabetical order
    order = order.sort_values(best, ascending=False, kind="stable", na_position="last")
    attributes = list(order.index)
    colours = version_colours(versions)
    with theme():
        figure, panels = panels_for(attributes, bars=2, panels=len(MEASURES))
        for panel, (measure, label) in zip(panels, MEASURES.items(), strict=True):
            draw_dots(
                panel,
                [
                    Dots(
                        f"version {version}, mean IoU {_short(means[version])}",
                        colours[version],
                        _of(values[measure].loc[attributes], version),
                        marker=VERSION_MARKERS.get(version, "o"),
                    )
                    for version in versions
                ],
            )
            panel.set_xlim(0, 1.02)
            panel.set_xlabel(label.format(reference=reference))
        title_panels(figure, panels, ["IoU", "precision", "coverage"])
        legend_above(figure)
    return figure


def _of(table: pd.DataFrame, version: str) -> Floats:
    return table[version].to_numpy(np.float64)


def _short(share: float) -> str:
    return "unknown" if np.isnan(share) else f"{share:.2f}".removeprefix("0")


@figure(
    "mask_overlap",
    kind="numbers",
    place="own.6",
    title="How well the masks fit",
    caption=(
        "Intersection over union (IoU) of each version of the masks with the evidence (for "
        "photographs: with version 3), and its precision and coverage. Attributes are sorted by "
        "the IoU of the version with the highest mean."
    ),
    needs=("mask_overlap",),
)
def _of_run(mask_overlap: pd.DataFrame) -> Figure:
    return note(ONE_VERSION) if mask_overlap.empty else draw_mask_overlap(mask_overlap)
