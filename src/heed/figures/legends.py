"""Legends for figures of pictures, in one line below the pictures."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerBase
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import Transform

from heed.figures.overlay import overlay
from heed.figures.picture_grid import FRAME_COLOUR
from heed.figures.theme import theme

_STEPS: Final = 32


class MapScale(Patch):
    """Legend entry for the colour scale of a map, from 0 (left) to 1 (right)."""

    def __init__(self) -> None:
        """A handle with its label."""
        super().__init__(label="map, 0 to 1")


class _MapScaleHandler(HandlerBase):
    def create_artists(
        self,
        legend: Legend,
        orig_handle: Artist,
        xdescent: float,
        ydescent: float,
        width: float,
        height: float,
        fontsize: float,
        trans: Transform,
    ) -> Sequence[Artist]:
        ramp = np.linspace(0, 1, _STEPS, dtype=np.float32)[None]
        colours = overlay(np.full((1, _STEPS, 3), 128, np.uint8), ramp)[0] / 255
        step = width / _STEPS
        return [
            # a little wider than its share, so that no seam shows
            Rectangle(
                (index * step - xdescent, -ydescent),
                1.3 * step if index < _STEPS - 1 else step,
                height,
                facecolor=colour,
                linewidth=0,
                transform=trans,
            )
            for index, colour in enumerate(colours)
        ]


def frame_handle(label: str) -> Patch:
    """Legend entry for the frame of :func:`heed.figures.picture_grid.picture_grid`.

    Args:
        label: what a frame means.
    """
    return Patch(fill=False, edgecolor=FRAME_COLOUR, linewidth=1.44, label=label)


def legend_below(figure: Figure, handles: Sequence[Artist]) -> None:
    """Add a legend in one line below the pictures.

    Args:
        figure: made by :func:`heed.figures.picture_grid.picture_grid`.
        handles: artists with a label.
    """
    handlers: dict[Any, Any] = {MapScale: _MapScaleHandler()}
    with theme():
        figure.axes[0].legend(
            handles=list(handles),
            handler_map=handlers,
            loc="upper center",
            bbox_to_anchor=(0.5, 0),
            ncols=len(handles),
            frameon=False,
            borderaxespad=0.3,
        )
