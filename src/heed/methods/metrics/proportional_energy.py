"""``proportional_energy``: the share of a map's sum that lies in the mask."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.proportional_energy import proportional_energy


def energy(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.proportional_energy.proportional_energy`."""
    return proportional_energy(maps, subject.masks)


ENTRY: Final = Metric(
    label="PE",
    kind="localisation",
    direction="up",
    source="Wang et al. 2020 (Score-CAM)",
    score=energy,
)
