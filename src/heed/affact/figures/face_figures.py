"""The figures of the study of AFFACT that show single faces: what each is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from heed.affact.augmentation import Augmentation
from heed.affact.figures.augmentation_steps import draw_augmentation_steps
from heed.affact.figures.catalogue import Drawings, in_order
from heed.affact.figures.colour_temperatures import draw_colour_temperatures
from heed.affact.figures.decisions_of_faces import draw_decisions_of_faces
from heed.affact.figures.faces_judged import choose_faces, draw_faces_judged, share_right

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
    networks = {name: stands_for.get(name) for name in judged.decisions}
    return in_order(drawn, networks, "faces")
