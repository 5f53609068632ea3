"""Faces with the map before, under the control and under each loss."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from heed.attention.figures.catalogue import figure
from heed.attention.figures.panels import shown_of
from heed.attention.figures.shown import Shown
from heed.attention.tables.study import Study
from heed.figures.legends import MapScale, legend_below
from heed.figures.outlines import SOLID, draw_line
from heed.figures.overlay import overlay
from heed.figures.picture_grid import note, picture_grid, pixels_of
from heed.figures.theme import theme


@figure(
    "examples",
    kind="faces",
    title="Maps of a few faces: pair {pair}",
    caption=(
        "The first test faces that have the attribute of the pair {pair} without its confounder "
        "(E2) and with it (E1), and the map of each network. Below each: whether it finds the "
        "attribute, and its logit. The outline is the region that maps are led to. All are of the "
        "first seed."
    ),
    needs=("examples", "study"),
    each="pair",
    place="1",
)
def draw_examples(examples: Mapping[str, Mapping[str, Shown]], study: Study, pair: str) -> Figure:
    """Draw a row per network, a column per face.

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
    order = np.concatenate([first.of("E2"), first.of("E1")])
    groups = [(words, len(first.of(of_set))) for of_set, words in GROUPS.items()]
    pictures = [
        [overlay(first.images[face], each.maps[face]) for face in order] for each in shown.values()
    ]
    captions = [[_told(float(each.logits[face])) for face in order] for each in shown.values()]
    drawn = picture_grid(
        [[first.images[face] for face in order], *pictures],
        row_labels=["The face", *(study.labels[name] for name in shown)],
        column_groups=[group for group in groups if group[1]],
        captions=[[None] * len(order), *captions],
    )
    for row in range(len(shown) + 1):
        for column, face in enumerate(order):
            outline(drawn, row, column, first.corners[face])
    with theme():
        legend_below(drawn, [MapScale(), Line2D([], [], color="0.2", label="the region")])
    return drawn


GROUPS = {"E2": "E2: without the confounder", "E1": "E1: with it"}


def _told(logit: float) -> str:
    return f"{'found' if logit >= 0 else 'missed'} ({logit:+.1f})".replace("-", "\N{MINUS SIGN}")


def outline(drawn: Figure, row: int, column: int, corners: NDArray[np.float64]) -> None:
    """Draw the rectangles of a region on one picture.

    Args:
        drawn: made by :func:`heed.figures.picture_grid.picture_grid`.
        row: of the picture.
        column: of the picture.
        corners: (R, 4, 2) x, y in the picture's pixels; nothing is drawn for R = 0.
    """
    axes = drawn.axes[0]
    to_inches = pixels_of(drawn, row, column) - axes.transData
    for rectangle in corners:
        x, y = to_inches.transform(np.concatenate([rectangle, rectangle[:1]])).T
        draw_line(axes, x, y, SOLID)
