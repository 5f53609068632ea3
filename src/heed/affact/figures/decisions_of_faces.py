"""What a network decides about single faces (Chavannes 2021, figures A.1 and A.2)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike, NDArray

from heed.affact.figures.catalogue import figure
from heed.affact.figures.faces_judged import Judged, percent, share_right
from heed.base.errors import InputError
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.picture_grid import note
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, theme

RIGHT_COLOUR: Final = "#DDEFF8"
WRONG_COLOUR: Final = "#882255"
"""Light and dark: told apart in grey, and by readers who see no red or green."""

UNKNOWN: Final = "–"

# Inches.
_NAMES, _ROW, _WIDEST, _GAP, _LEGEND = 1.12, 0.165, 0.8, 0.03, 0.3


def draw_decisions_of_faces(
    pictures: Sequence[NDArray[np.uint8]], decisions: ArrayLike, labels: ArrayLike
) -> Figure:
    """Draw a table of yes and no, a row per attribute and a column per face.

    Wrong decisions are dark, with a cross behind the word. The last row is the share of right
    ones.

    Args:
        pictures: K crops as the network saw them, (S, S, 3) uint8 RGB; they head the columns.
        decisions: (K, 40) 1: the network decides that the attribute is present, -1: absent;
            anything else, or NaN: no decision.
        labels: (K, 40) 1 and -1; 0 or NaN: no label, and nothing is right or wrong.

    Returns:
        A figure of at most a page; a note where there is no face.

    Raises:
        ValueError: if the shapes do not fit each other.
    """
    decided, labelled = np.asarray(decisions, np.float64), np.asarray(labels, np.float64)
    shape = len(pictures), len(ATTRIBUTES)
    if decided.shape != shape or labelled.shape != shape:
        raise InputError(
            f"{len(pictures)} pictures with decisions {decided.shape} and labels "
            f"{labelled.shape}; expected {shape} for both"
        )
    if not pictures:
        return note("No face of this test set has a decision and a label.")
    pitch = min((TEXT_WIDTH - _NAMES) / len(pictures), _WIDEST)
    width = _NAMES + pitch * len(pictures)
    height = pitch + _ROW * (len(ATTRIBUTES) + 1) + _GAP + _LEGEND
    with theme():
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.set_axis_off()
        for row, attribute in enumerate((*map(readable, ATTRIBUTES), "right")):
            middle = pitch + (row + 0.5) * _ROW + (_GAP if row == len(ATTRIBUTES) else 0)
            axes.text(
                _NAMES - 0.06, middle, attribute, ha="right", va="center", fontsize=SMALLEST_FONT
            )
        shares = share_right(decided, labelled)
        for face, picture in enumerate(pictures):
            left = _NAMES + face * pitch
            box = (left, left + pitch - _GAP, pitch - _GAP, 0)
            axes.imshow(picture, extent=box, aspect="auto", gid=f"picture {face}")
            for row, pair in enumerate(zip(decided[face], labelled[face], strict=True)):
                _draw_cell(axes, left, pitch + row * _ROW, pitch, *pair)
            middle = pitch + (len(ATTRIBUTES) + 0.5) * _ROW + _GAP
            _write(axes, left, middle, pitch, percent(shares[face]), "black", bold=True)
        axes.legend(
            handles=[
                Patch(facecolor=RIGHT_COLOUR, edgecolor="0.7", label="as labelled"),
                Patch(facecolor=WRONG_COLOUR, edgecolor=WRONG_COLOUR, label="not as labelled (×)"),
            ],
            loc="lower center",
            ncols=2,
            frameon=False,
            borderaxespad=0.1,
        )
    return figure


def _draw_cell(
    axes: Axes, left: float, top: float, pitch: float, decided: float, labelled: float
) -> None:
    word = {1.0: "yes", -1.0: "no"}.get(decided, UNKNOWN)
    judged = word != UNKNOWN and labelled in (-1, 1)
    wrong = judged and decided != labelled
    face = (WRONG_COLOUR if wrong else RIGHT_COLOUR) if judged else "white"
    axes.add_patch(Rectangle((left, top), pitch - _GAP, _ROW - 0.015, facecolor=face, linewidth=0))
    colour = "white" if wrong else "black"
    word = f"{word} ×" if wrong else word
    _write(axes, left, top + (_ROW - 0.015) / 2, pitch, word, colour, bold=wrong)


def _write(
    axes: Axes, left: float, middle: float, pitch: float, text: str, colour: str, *, bold: bool
) -> None:
    weight = "bold" if bold else "normal"
    place = left + (pitch - _GAP) / 2, middle
    axes.text(
        *place, text, ha="center", va="center", fontsize=SMALLEST_FONT, color=colour, weight=weight
    )


@figure(
    "decisions_of_faces",
    kind="faces",
    number={"resnet51s": "A.1", "affact": "A.2"},
    each="network",
    title="Decisions of {network}",
    caption=(
        "Decisions of {network} on each attribute of the faces of faces_judged. Dark cells with "
        "a cross differ from the label. Last row: share of correct decisions."
    ),
    needs=("pictures", "judged"),
)
def _of_run(pictures: Sequence[NDArray[np.uint8]], judged: Judged, network: str) -> Figure:
    return draw_decisions_of_faces(pictures, judged.decisions[network], judged.labels)
