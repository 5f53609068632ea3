"""A face under light of different colour temperatures (Chavannes 2021, figure 7.2)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.affact.augmentation import Augmentation, Jitter, developed
from heed.affact.figures.catalogue import figure
from heed.figures.picture_grid import picture_grid

MOST_IN_A_ROW: Final = 10
"""So that a face stays wider than 1.5 cm."""


def draw_colour_temperatures(face: NDArray[np.uint8], kelvins: Sequence[int]) -> Figure:
    """Draw the face as it is and under each temperature, in rows of at most ten pictures.

    Args:
        face: a crop, (S, S, 3) uint8 RGB.
        kelvins: the temperatures, for instance the choices of
            :class:`heed.affact.augmentation.Temperature`.

    Returns:
        The figure.

    Raises:
        ValueError: if a temperature has no colour.
    """
    pictures: list[NDArray[np.uint8] | None] = [face]
    pictures += [developed(face, Jitter(kelvin=kelvin)) for kelvin in kelvins]
    captions: list[str | None] = ["as it is", *(f"{kelvin} K" for kelvin in kelvins)]
    rows = -(-len(pictures) // MOST_IN_A_ROW)
    across = -(-len(pictures) // rows)
    places = range(0, rows * across, across)
    free = rows * across - len(pictures)
    pictures += [None] * free
    captions += [None] * free
    return picture_grid(
        [pictures[first : first + across] for first in places],
        captions=[captions[first : first + across] for first in places],
    )


@figure(
    "colour_temperatures",
    kind="faces",
    number="7.2",
    title="Colour temperatures",
    caption="A face without change and under light of each colour temperature, in kelvin.",
    needs=("aligned", "augmentation"),
)
def _of_run(aligned: NDArray[np.uint8], augmentation: Augmentation) -> Figure:
    light = augmentation.temperature
    return draw_colour_temperatures(aligned, range(light.low, light.high + 1, light.step))
