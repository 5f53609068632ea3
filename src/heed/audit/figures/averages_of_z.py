"""Average maps of the logit itself, by predicted class (Bieri 2023, figure 4.2)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.average_maps import CHOSEN, SHOWN, draw_average_maps
from heed.audit.figures.catalogue import figure

GROUPS: Final = ("predicted_positive", "predicted_negative")
"""The groups of faces, in the order of ``averages_of_z``; names of heed.metrics.groups."""


@figure(
    "averages_of_z",
    kind="averages",
    number="4.2",
    title="Average maps for target 1, by predicted class",
    caption=(
        "Average map of an attribute for target 1, the logit z, over the faces for which a "
        "network predicts it as present (z >= 0) and as absent (z < 0), overlaid on the average "
        "face. (In the thesis: AFFACT-ub alone.) Maps for target 1 show what supports the "
        "presence of the attribute, whatever is predicted. Below each picture: the number of "
        "faces, a mean over the trainings; a grey face means that there are none. A frame marks "
        f"the majority class in training. {CHOSEN}"
    ),
    needs=("face", "averages_of_z", "order", "majority", "masks", "evidence"),
)
def draw_averages_of_z(
    face: NDArray[np.floating],
    averages_of_z: Mapping[str, tuple[Any, NDArray[np.float64]]],
    order: Sequence[int] | NDArray[np.integer],
    majority: NDArray[np.int8] | None,
    masks: NDArray[np.bool_] | None = None,
    evidence: NDArray[np.bool_] | None = None,
) -> Figure:
    """Draw the average maps of target 1, see :func:`draw_average_maps`.

    Args:
        face: the average face, (S, S, 3), 0..255, RGB.
        averages_of_z: per model the average maps, (40, 2, S, S), of :data:`GROUPS`; and the
            number of faces, a mean over the trainings, (40, 2).
        order: indices of the attributes.
        majority: majority class per attribute, (40,), -1 or +1; None for no frames.
        masks: per attribute the mask that is outlined, (40, S, S); None for no outlines.
        evidence: the same of the evidence.
    """
    return draw_average_maps(
        face, averages_of_z, GROUPS, order, majority, stored=GROUPS, masks=masks,
        evidence=evidence, most=SHOWN,
    )  # fmt: skip
