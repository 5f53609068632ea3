"""Normalised AMR against masks and evidence: is the classifier wrong, or the mask?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.figures.mask_overlap import ONE_VERSION
from heed.base.errors import InputError
from heed.figures.attribute_bars import legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.picture_grid import note
from heed.figures.theme import MASK_VERSIONS, VERSION_MARKERS, theme, version_colours
from heed.metrics.estimates import OVERALL, mean_of_present


def draw_evidence_amr(versions: pd.DataFrame, version: str, reference: str) -> Figure:
    """Draw a row per attribute: its normalised AMR against the masks in use, and the reference.

    AMR itself follows the size of mask and evidence; normalised AMR says how much of what is
    possible a classifier reaches. A line joins an attribute's two dots: where it is long, mask and
    reference disagree. Dashed lines at the means over all attributes and models say which dots are
    low for their kind.

    Args:
        versions: columns ``model``, ``version`` (text), ``attribute`` and
            ``amr_normalised``; attributes without any are left out.
        version: of the masks in use. If it is the reference itself, the figure compares the
            highest other version of the table, and says so.
        reference: the version that tells where a face shows the attribute: ``evidence``; for
            photographs, which have none, the best masks there are.

    Returns:
        A figure with one panel per model; the attributes are sorted by the mean of all models
        against the reference, the highest first.

    Raises:
        ValueError: if the table has no row of one of the two versions, or has one twice.
    """
    rows = versions[versions["attribute"] != OVERALL]
    compared = _other_than(reference, rows) if version == reference else version
    wide = _wide(rows, compared, reference)
    models = list(dict.fromkeys(rows["model"]))
    names = {"mask": compared, "reference": reference}
    means = {kind: float(mean_of_present(wide[kind].to_numpy())) for kind in names}
    ranks = wide["reference"].groupby(level="attribute", sort=False).mean()
    present = wide.notna().any(axis=1).groupby(level="attribute", sort=False).any()
    order = list(ranks[present].sort_values(ascending=False, kind="stable").index)
    colours = version_colours([compared, reference])
    with theme():
        drawn, panels = panels_for(order, bars=2, panels=len(models))
        titles = []
        for panel, model in zip(panels, models, strict=True):
            points = wide.loc[model].reindex(order)
            _join(panel, points)
            series = [
                Dots(
                    f"against {_name(each)}",
                    colours[each],
                    points[kind].to_numpy(np.float64),
                    marker=VERSION_MARKERS.get(each, "o"),
                )
                for kind, each in names.items()
            ]
            draw_dots(panel, series, spread=0, size=12)
            panel.axvline(0, color="0.35", linewidth=0.7)
            for kind, each in names.items():
                panel.axvline(
                    means[kind], color=colours[each], linewidth=0.9, linestyle="--", zorder=1
                )
            panel.set_xlabel("normalised AMR (0: uniform map, 1: best map)")
            both = points.notna().all(axis=1)
            titles.append(f"{model}\n{both.sum()} attributes with both")
        panels[0].plot([], [], color="0.35", linewidth=0.9, linestyle="--", label="their means")
        low = min((panel.get_xlim()[0] for panel in panels), default=0)
        high = max((panel.get_xlim()[1] for panel in panels), default=1)
        for panel in panels:
            panel.set_xlim(low, high)
        title_panels(drawn, panels, titles)
        legend_above(drawn, _remark(compared, version, reference))
    return drawn


def _remark(compared: str, version: str, reference: str) -> str | None:
    if compared != version:
        return f"the masks in use are {_name(reference)} itself"
    return None if reference == "evidence" else "photographs have no evidence"


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


def _join(panel: Axes, points: pd.DataFrame) -> None:
    places = np.flatnonzero(points.notna().all(axis=1))
    ends = points.iloc[places]
    panel.hlines(places, ends["mask"], ends["reference"], color="0.75", linewidth=2)


@figure(
    "evidence_amr",
    kind="numbers",
    place="own.5",
    title="Normalised AMR against masks and evidence",
    caption=(
        "Normalised AMR of each attribute against the masks in use and against the evidence, the "
        "pixels that change when the attribute alone is flipped in the drawn face. 0 is what a "
        "uniform map scores, 1 the best map of the grid. Dashed lines: means over attributes and "
        "networks; a dot beyond its line is better placed than most, and need not be well placed. "
        "Where both dots lie below their means, doubt the classifier first; where only the mask's "
        "does, the mask. Attributes are sorted by their mean against the evidence; a cross "
        "marks a scale without a range. Photographs have no evidence: version 3 "
        "of the masks takes its place, and neither can be blamed."
    ),
    needs=("mask_versions", "mask_overlap", "version"),
)
def _of_run(mask_versions: pd.DataFrame, mask_overlap: pd.DataFrame, version: str) -> Figure:
    if mask_overlap.empty:
        return note(ONE_VERSION)
    return draw_evidence_amr(mask_versions, version, mask_overlap["reference"].iloc[0])
