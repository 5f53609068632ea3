"""All figures of the study of AFFACT: which tables and faces each of them is drawn from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.figures.affact_catalogue import of_kind
from heed.figures.augmentation_steps import draw_augmentation_steps
from heed.figures.catalogue import Kind
from heed.figures.colour_temperatures import draw_colour_temperatures
from heed.figures.decisions_of_faces import draw_decisions_of_faces
from heed.figures.error_by_set import draw_error_by_set
from heed.figures.error_rates import ErrorRates
from heed.figures.faces_judged import choose_faces, draw_faces_judged, share_right
from heed.figures.overall_by_set import draw_overall_by_set
from heed.figures.relative_error import draw_relative_error
from heed.figures.training_curves import draw_training_curves
from heed.training.augmentation import Augmentation

Drawings = dict[str, Callable[[], Figure]]
Pictures = Sequence[NDArray[np.uint8]]

JITTERED_FACES = 2
"""Faces whose random transforms are shown step by step."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What some networks decide about the same N faces.

    Attributes:
        decisions: by network (N, 40), 1: present, -1: absent.
        labels: (N, 40), 1 and -1.
    """

    decisions: Mapping[str, NDArray[np.int8]]
    labels: NDArray[np.int8]

    @property
    def shares(self) -> dict[str, NDArray[np.float64]]:
        """By network (N,) share of right decisions."""
        return {name: share_right(of, self.labels) for name, of in self.decisions.items()}

    def chosen(self, count: int) -> NDArray[np.intp]:
        """Rows of ``count`` faces from the best to the worst, by the networks' mean share."""
        return choose_faces(np.mean(list(self.shares.values()), axis=0), count)

    def rows(self, rows: NDArray[np.intp]) -> "Judged":
        """The same for some of the faces."""
        return Judged({name: of[rows] for name, of in self.decisions.items()}, self.labels[rows])


def number_drawings(
    errors: ErrorRates, baseline: pd.DataFrame, trainings: Mapping[str, pd.DataFrame]
) -> Drawings:
    """What draws each figure that shows numbers, in the order of the catalogue.

    Args:
        errors: of the networks; the first is the measure of the others.
        baseline: columns ``attribute, error`` of the majority class of training.
        trainings: by network its curves, see :mod:`heed.figures.training_curves`.

    Raises:
        ValueError: if these are not the figures of the catalogue.
    """
    first, *others = errors.networks
    drawn: Drawings = {
        f"error_by_set_{name}": partial(draw_error_by_set, errors, name, baseline)
        for name in errors.networks
    }
    drawn |= {
        f"relative_error_{name}": partial(draw_relative_error, errors, first, name)
        for name in others
    }
    drawn["overall_by_set"] = partial(draw_overall_by_set, errors, baseline)
    drawn["training_curves"] = partial(draw_training_curves, trainings)
    return _in_order(drawn, {name: errors.stands_for.get(name) for name in errors.networks})


def face_drawings(
    pictures: Pictures,
    judged: Judged,
    photographs: Pictures,
    transforms: Sequence[NDArray[np.float64]],
    aligned: NDArray[np.uint8],
    augmentation: Augmentation,
    seed: int,
    stands_for: Mapping[str, str | None],
) -> Drawings:
    """What draws each figure that shows single faces, in the order of the catalogue.

    Args:
        pictures: K crops of a test set, (S, S, 3) uint8 RGB.
        judged: what the networks decide about these K faces.
        photographs: of the faces whose random transforms are shown, (H, W, 3) uint8 RGB.
        transforms: of each of them (2, 3), photograph pixel -> crop pixel.
        aligned: the crop that is shown under colour temperatures, (S, S, 3) uint8 RGB.
        augmentation: the distributions of the random transforms.
        seed: of these transforms.
        stands_for: by network the published one that it stands for, or None.

    Raises:
        ValueError: if these are not the figures of the catalogue.
    """
    light = augmentation.temperature
    drawn: Drawings = {
        "augmentation_steps": partial(
            draw_augmentation_steps,
            photographs,
            np.array(transforms),
            augmentation,
            len(aligned),
            seed,
            draws=max(1, 6 // max(1, len(photographs))),
        ),
        "faces_judged": partial(draw_faces_judged, pictures, judged.shares),
        "colour_temperatures": partial(
            draw_colour_temperatures, aligned, range(light.low, light.high + 1, light.step)
        ),
    }
    drawn |= {
        f"decisions_of_faces_{name}": partial(
            draw_decisions_of_faces, pictures, decisions, judged.labels
        )
        for name, decisions in judged.decisions.items()
    }
    return _in_order(drawn, {name: stands_for.get(name) for name in judged.decisions}, "faces")


def _in_order(
    drawn: Drawings, networks: Mapping[str, str | None], kind: Kind = "numbers"
) -> Drawings:
    listed = [entry.name for entry in of_kind(networks, kind)]
    if set(listed) != set(drawn):
        raise ValueError(
            "heed.figures.affact_figures and heed.figures.affact_catalogue differ in "
            f"{', '.join(sorted(set(listed) ^ set(drawn)))}; add what is missing"
        )
    return {name: drawn[name] for name in listed}
