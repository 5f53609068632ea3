"""The average map of a pair's attribute, before and after."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from heed.attention.figures.catalogue import figure
from heed.attention.figures.examples import outline
from heed.attention.figures.panels import shown_of
from heed.attention.figures.shown import Shown
from heed.attention.tables.study import Study
from heed.figures.legends import MapScale, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import note, picture_grid
from heed.figures.theme import theme


@figure(
    "averages",
    kind="faces",
    title="Average maps: pair {pair}",
    caption=(
        "Mean map of the attribute of the pair {pair} over all test faces that have it, laid over "
        "the mean of the faces of the figure above; the outline is the mean place of the region on "
        "these. "
        "Of the first seed."
    ),
    needs=("examples", "study"),
    each="pair",
    place="2",
)
def draw_averages(examples: Mapping[str, Mapping[str, Shown]], study: Study, pair: str) -> Figure:
    """Draw one row, a picture per network.

    Args:
        examples: by network or run and pair, see :mod:`heed.attention.figures.shown`.
        study: networks, runs and pairs.
        pair: which.

    Returns:
        A figure as wide as a page's text.
    """
    shown = shown_of(examples, study, pair)
    if not shown:
        return note(f"There is no face to show of the pair {pair}.")
    first = next(iter(shown.values()))
    grey = first.images.mean(axis=(0, 3), keepdims=True)[0]
    face = np.broadcast_to(np.rint(grey), first.images.shape[1:]).astype(np.uint8)
    drawn = picture_grid(
        [[overlay(face, each.average) for each in shown.values()]],
        column_labels=[study.labels[name] for name in shown],
    )
    for column in range(len(shown)):
        outline(drawn, 0, column, first.corners.mean(axis=0))
    with theme():
        legend_below(drawn, [MapScale(), Line2D([], [], color="0.2", label="the region")])
    return drawn
