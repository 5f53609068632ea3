"""Normalised AMR against masks and evidence: is the classifier wrong, or the mask?"""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.figures.mask_overlap import ONE_VERSION
from heed.base.errors import InputError
from heed.base.names import readable
from heed.figures.attribute_bars import Floats, legend_above
from heed.figures.attribute_dots import title_panels
from heed.figures.picture_grid import note
from heed.figures.point_labels import label_points
from heed.figures.theme import COLUMN_WIDTH, MASK_VERSIONS, TEXT_WIDTH, theme
from heed.metrics.estimates import OVERALL, mean_of_present

QUADRANTS: Final = {
    (True, True): ("above the mean against both", "#009E73", "o"),
    (False, True): ("below it against the masks only: doubt the mask first", "#CC79A7", "s"),
    (True, False): (
        "above it against the masks only: a generous mask?",
        "#E69F00",
        "D",
    ),
    (False, False): ("below it against both: doubt the classifier first", "#0072B2", "^"),
}
"""By whether normalised AMR is above the mean against the masks in use, and the reference.

The mean is a relative cut, so that no case says of an attribute that its map is well placed.
What follows the colon holds where the reference is the evidence."""

_IN_A_ROW = 3
_LABELLED = 14


def draw_evidence_amr(versions: pd.DataFrame, version: str, reference: str) -> Figure:
    """Draw a scatter plot per model: normalised AMR of each attribute against masks and reference.

    AMR itself follows the size of mask and evidence; normalised AMR says how much of what is
    possible a classifier reaches.

    Dashed lines at the means over all attributes and models part four cases, which the legend
    explains; the attributes that are furthest from the means are named.

    Args:
        versions: columns ``model``, ``version`` (text), ``attribute`` and
            ``amr_normalised``; attributes without it are left out.
        version: of the masks in use. If it is the reference itself, the figure compares the
            highest other version of the table, and says so.
        reference: the version that tells where a face shows the attribute: ``evidence``; for
            photographs, which have none, the best masks there are.

    Returns:
        A figure with one panel per model, all with the same axes.

    Raises:
        ValueError: if the table has no row of one of the two versions, or has one twice.
    """
    rows = versions[versions["attribute"] != OVERALL]
    compared = _other_than(reference, rows) if version == reference else version
    wide = _wide(rows, compared, reference)
    models = list(dict.fromkeys(rows["model"]))
    across, along = (
        float(mean_of_present(wide[name].to_numpy())) for name in ("mask", "reference")
    )
    known = wide.dropna().to_numpy()
    limits = (
        min(np.floor(known.min(initial=0) * 10 - 0.3) / 10, 0) if (known < 0).any() else 0.0,
        float(np.ceil(known.max(initial=0.1) * 10 + 0.3) / 10),
    )
    columns = min(len(models), _IN_A_ROW)
    lines = -(-len(models) // columns)
    width = COLUMN_WIDTH if columns == 1 else TEXT_WIDTH
    with theme():
        size = (width, 0.7 + lines * (0.92 * width / columns + 0.2))
        figure = Figure(figsize=size, layout="constrained")
        grid = list(figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True).flat)
        panels = grid[: len(models)]
        for panel in grid[len(models) :]:
            panel.remove()
        for panel, model in zip(panels, models, strict=True):
            _draw(panel, wide.loc[model], (across, along), limits, reference)
        for index, panel in enumerate(panels):
            in_use = "" if compared == version else "\n(the masks in use are the reference)"
            panel.tick_params(labelbottom=True)  # the panel below may be missing
            panel.set_xlabel(f"Normalised AMR against {_name(compared)}{in_use}")
            panel.set_ylabel("" if index % columns else _reference_label(reference))
        title_panels(figure, panels, models)
        legend_above(figure)
        for panel, model in zip(panels, models, strict=True):
            _name_telling(panel, wide.loc[model], (across, along))
    return figure


def _other_than(reference: str, rows: pd.DataFrame) -> str:
    available = [name for name in MASK_VERSIONS if name in set(rows["version"]) - {reference}]
    if not available:
        raise InputError(
            f"the table of mask versions has only {reference}, the reference itself; expected "
            "another version to compare it with"
        )
    return available[-1]


def _wide(rows: pd.DataFrame, version: str, reference: str) -> pd.DataFrame:
    """Columns ``mask`` and ``reference`` by model and attribute; NaN where a version has none."""
    found = {}
    for name, wanted in (("mask", version), ("reference", reference)):
        chosen = rows[rows["version"] == wanted].set_index(["model", "attribute"])["amr_normalised"]
        if chosen.empty or chosen.index.has_duplicates:
            raise InputError(
                f"the table of mask versions has {len(chosen)} rows of version {wanted} for "
                f"{chosen.index.nunique()} models and attributes; expected one for each"
            )
        found[name] = chosen
    return pd.DataFrame(found, dtype=np.float64)


def _name(version: str) -> str:
    return "the evidence" if version == "evidence" else f"mask version {version}"


def _reference_label(reference: str) -> str:
    label = f"Normalised AMR against {_name(reference)}"
    return label if reference == "evidence" else f"{label}\n(photographs have no evidence)"


def _draw(
    panel: Axes,
    points: pd.DataFrame,
    means: tuple[float, float],
    limits: tuple[float, float],
    reference: str,
) -> None:
    points = points.dropna()
    for (high_mask, high_reference), (label, colour, marker) in QUADRANTS.items():
        chosen = points[
            ((points["mask"] >= means[0]) == high_mask)
            & ((points["reference"] >= means[1]) == high_reference)
        ]
        panel.scatter(
            chosen["mask"],
            chosen["reference"],
            s=12,
            marker=marker,
            color=colour,
            linewidths=0,
            zorder=3,
            label=label if reference == "evidence" else label.partition(":")[0],
        )
    panel.axvline(means[0], color="0.35", linewidth=0.7, linestyle="--", label="means of all dots")
    panel.axhline(means[1], color="0.35", linewidth=0.7, linestyle="--")
    panel.plot(limits, limits, color="0.6", linewidth=0.8, label="equal")
    panel.set_xlim(limits)
    panel.set_ylim(limits)
    panel.set_aspect("equal")


def _name_telling(panel: Axes, points: pd.DataFrame, means: tuple[float, float]) -> None:
    points = points.dropna()
    values: Floats = points.to_numpy()
    if not len(values):
        return
    spread = np.maximum(values.std(axis=0), 1e-9)
    order = np.argsort(-np.hypot(*((values - means) / spread).T), kind="stable")
    names = [(int(row), readable(str(points.index[row]))) for row in order]
    label_points(panel, values, names, most=_LABELLED)


@figure(
    "evidence_amr",
    kind="numbers",
    place="own.5",
    title="Normalised AMR against evidence masks",
    caption=(
        "Normalised AMR of each attribute against the masks in use (horizontal axis) and against "
        "the evidence, the region where the drawing shows the attribute (vertical axis). Dashed "
        "lines: means over attributes and networks. The mean is a relative cut: it ranks these "
        "attributes and says of none that it is well placed; 0 is a uniform map, 1 the best. "
        "Below the mean against both, doubt the classifier first; below it against the masks "
        "only, the mask. Attributes whose scale has no range are left out. Photographs have no "
        "evidence: version 3 of the masks takes its place, and neither can be blamed."
    ),
    needs=("mask_versions", "mask_overlap", "version"),
)
def _of_run(mask_versions: pd.DataFrame, mask_overlap: pd.DataFrame, version: str) -> Figure:
    if mask_overlap.empty:
        return note(ONE_VERSION)
    return draw_evidence_amr(mask_versions, version, mask_overlap["reference"].iloc[0])
