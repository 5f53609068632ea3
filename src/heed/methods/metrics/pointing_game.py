"""``pointing_game``: does the highest point of a map lie in the mask, or hardly beside it?"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.pointing_game import pointing_game

TOLERANCE: Final = 0.03
"""A share of the image's side: about the 15 pixels of Zhang et al. on photographs of 500."""


def pointing(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.pointing_game.pointing_game`, with a tolerance of 3 % of the side."""
    return pointing_game(maps, subject.masks, TOLERANCE * subject.images.shape[1])


ENTRY: Final = Metric(
    label="Pointing",
    kind="localisation",
    direction="up",
    source="Zhang et al. 2018",
    score=pointing,
)
