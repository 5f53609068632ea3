"""Share of the logit that comes from the bias, and its complement, which the image gives."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from heed.audit.figures.catalogue import figure
from heed.figures.attribute_bars import Floats, legend_above, panels_for
from heed.figures.attribute_dots import dots_of_group, draw_dots, title_panels, write_dots_sizes
from heed.figures.group_sizes import SIZES_CAPTION
from heed.figures.theme import theme

_WIDE_PANELS = 3  # side by side, with room for the whole label


@figure(
    "contribution_and_bias",
    kind="numbers",
    place="own.2",
    title="Contribution and bias",
    caption=(
        "Share of the logit that comes from the bias, which depends on no pixel, for faces with "
        "and without the attribute. Lines: intervals over persons and trainings. The upper axis "
        f"gives its complement, the share of the contribution of the image. {SIZES_CAPTION}"
    ),
    needs=("groups", "order"),
)
def draw_contribution_and_bias(groups: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw per model and attribute the bias share of faces with and without the attribute.

    With z the logit and b its bias, the bias share is |b| / (|z - b| + |b|), and the
    contribution share, on the axis above, is what remains to 1.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metric ``bias_share``.
        order: attributes from top to bottom.

    Returns:
        A figure with one panel per model, on the same axis.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    models = list(dict.fromkeys(groups["model"]))
    with theme(axes_at_the_top=True):
        figure, panels = panels_for(order, bars=2, panels=len(models))
        series = [
            [
                dots_of_group(groups, model, "bias_share", group, order)
                for group in ("gt_positive", "gt_negative")
            ]
            for model in models
        ]
        limit = _limit([dots.interval for of_model in series for dots in of_model])
        of_what = " of the logit" if len(models) <= _WIDE_PANELS else ""
        for panel, of_model in zip(panels, series, strict=True):
            draw_dots(panel, of_model)
            panel.set_xlim(0, limit)
            panel.set_xlabel(f"bias share{of_what}")
            above = panel.secondary_xaxis("top", functions=(_complement, _complement))
            above.set_xlabel(f"contribution share{of_what}")
        title_panels(figure, panels, models)
        legend_above(figure, write_dots_sizes(panels, series))
    return figure


def _complement(share: ArrayLike) -> Floats:
    return 1 - np.asarray(share, dtype=np.float64)


def _limit(intervals: Sequence[tuple[Floats, Floats] | None]) -> float:
    """The next twentieth above all intervals, at least a tenth, so that little looks little."""
    highs = np.concatenate([ends[1] for ends in intervals if ends is not None])
    highest = np.nanmax(highs, initial=0)
    return float(min(1, max(0.1, np.ceil(highest * 20) / 20)))
