"""AMR of each attribute on its scale, from the uniform score to the ceiling of the grid."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.figures.attribute_bars import legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import model_colours, theme

MARKS: Final = ("amr_uniform", "amr_blob", "amr_ceiling")


@figure(
    "amr_scale",
    kind="numbers",
    place="own.5",
    title="AMR on its scale",
    caption=(
        "Mean AMR of each attribute against the masks in use (dot) between what a uniform map and "
        "the best map of the grid score (ends of the grey line; tick: a blob in the middle of the "
        "crop). The dot is hollow where the scale has no range: a map that knows nothing of the "
        "attribute reaches the ceiling. Above each panel: mean normalised AMR, 0 for a uniform map "
        "and 1 for the best map, over the attributes whose scale has a range."
    ),
    needs=("mask_versions", "scales", "version", "order"),
)
def draw_amr_scale(
    mask_versions: pd.DataFrame, scales: pd.DataFrame, version: str, order: Sequence[str]
) -> Figure:
    """Draw per model and attribute AMR as a dot on a grey line from uniform score to ceiling.

    Args:
        mask_versions: columns ``model``, ``version`` (text), ``attribute``, ``amr``,
            ``amr_normalised``.
        scales: columns ``model``, ``version`` (text), ``attribute``, ``amr_uniform``, ``amr_blob``,
            ``amr_ceiling``.
        version: of the masks.
        order: attributes from top to bottom.

    Returns:
        A figure with one panel per model.

    Raises:
        ValueError: a model or attribute has no scores or no scale against these masks.
    """
    models = list(dict.fromkeys(mask_versions["model"]))
    colours, titles = model_colours(models), []
    with theme():
        figure, panels = panels_for(order, bars=2, panels=len(models))
        for panel, model in zip(panels, models, strict=True):
            scores = _of(mask_versions, model, version, order, "mask_versions")
            scale = _of(scales, model, version, order, "scales")
            _draw_scale(panel, scale)
            normalised = scores["amr_normalised"].to_numpy(np.float64)
            amr = scores["amr"].to_numpy(np.float64)
            dots = Dots("AMR", colours[model], amr, hollow=np.isnan(normalised))
            draw_dots(panel, [dots], spread=0, size=12)
            if dots.hollow is not None and dots.hollow.any():
                panel.scatter(
                    [], [], s=12, facecolors="white", edgecolors="0.3", linewidths=0.6,
                    label="no range",
                )  # fmt: skip
            panel.set_xlim(-0.02, 1)
            panel.set_xlabel("acceptable mask ratio (AMR)")
            known = ~np.isnan(normalised)
            mean = (
                f"mean normalised AMR {normalised[known].mean():.2f}".replace("-", "−")
                if known.any()
                else "no range"
            )
            titles.append(f"{model}\n{mean}\n({known.sum()} attributes)")
        title_panels(figure, panels, titles)
        legend_above(figure)
    return figure


def _draw_scale(panel: Axes, scale: pd.DataFrame) -> None:
    rows = np.arange(len(scale))
    uniform, blob, ceiling = (scale[mark].to_numpy(np.float64) for mark in MARKS)
    for name, values in (("uniform map", uniform), ("blob", blob), ("best map", ceiling)):
        keep_row_marks(panel, name, values)
    panel.hlines(rows, uniform, ceiling, color="0.75", linewidth=2, label="uniform map to best map")
    panel.vlines(
        blob, rows - 0.35, rows + 0.35, color="0.45", linewidth=0.8, label="blob in the middle"
    )


def _of(
    table: pd.DataFrame, model: str, version: str, order: Sequence[str], file: str
) -> pd.DataFrame:
    """The rows of a model and version, in order."""
    chosen = table[(table["model"] == model) & (table["version"] == version)]
    rows = chosen.set_index("attribute")
    missing = [name for name in order if name not in rows.index]
    if missing or rows.index.has_duplicates:
        raise InputError(
            f"metrics/tables/{file}.csv: found {len(chosen)} rows of {model} against version "
            f"{version} of the masks"
            + (f", none of {missing[0]}" if missing else "")
            + "; expected one for each attribute: run `dvc repro`"
        )
    return rows.loc[list(order)]
