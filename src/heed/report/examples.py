"""Example faces with their maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.attributes import ATTRIBUTES, readable
from heed.cams.postprocess import normalise
from heed.figures.overlay import jpeg, overlay
from heed.report.pictures import Picture
from heed.tables.score_arrays import ScoreArrays

SIDE: Final = 128
"""Pixels of a picture's side in the page."""

ATTRIBUTES_PER_FACE: Final = 4


@dataclass(frozen=True)
class ExampleMap:
    """One attribute of an example face: its label and one picture per model."""

    attribute: str
    label: int
    pictures: Mapping[str, Picture]


@dataclass(frozen=True)
class Example:
    """An example face with some of its maps."""

    face: Picture
    maps: Sequence[ExampleMap]


def choose_faces(n: int, examples: int) -> NDArray[np.intp]:
    """Rows of example faces: evenly spread over the audited faces, the same each time.

    Args:
        n: number of audited faces.
        examples: how many to choose; all if there are fewer.
    """
    return np.unique(np.linspace(0, n - 1, min(examples, n)).round().astype(np.intp))


def choose_attributes(
    labels: NDArray[np.int8], majority: NDArray[np.int8], order: NDArray[np.integer]
) -> list[int]:
    """Attributes worth showing for one face: where it is the exception, the rarest first.

    Args:
        labels: the face's labels, (40,) int8.
        majority: majority class per attribute in training, (40,) int8.
        order: attributes by increasing class imbalance, as indices.

    Returns:
        Indices of :data:`ATTRIBUTES_PER_FACE` attributes: the most imbalanced of which
        the face is of the minority class; if there are too few, the most balanced of
        the others follow.
    """
    exception = labels != majority
    rare = [int(index) for index in order[::-1] if exception[index]]
    common = [int(index) for index in order if not exception[index]]
    return [*rare, *common][:ATTRIBUTES_PER_FACE]


def example(
    image: str,
    face: NDArray[np.uint8],
    maps: Mapping[str, NDArray[np.float32]],
    scores: Mapping[str, ScoreArrays],
    row: int,
    attributes: Sequence[int],
) -> Example:
    """Lay a face's maps over it.

    Args:
        image: the face's file name.
        face: its crop, (S, S, 3) uint8, RGB.
        maps: per model the face's raw maps, (40, 7, 7).
        scores: per model the scores of all audited faces.
        row: of the face among them.
        attributes: the attributes to show, as indices.
    """
    shown = []
    for index in attributes:
        pictures = {}
        for model, of_model in scores.items():
            cam = normalise(maps[model][index], len(face))
            pictures[model] = Picture(
                content=jpeg(overlay(face, cam), SIDE),
                alt=f"Map of {readable(ATTRIBUTES[index])} by {model} on {image}",
                caption=f"{model}: {_verdict(of_model, row, index)}",
            )
        label = int(next(iter(scores.values())).labels[row, index])
        shown.append(ExampleMap(ATTRIBUTES[index], label, pictures))
    return Example(Picture(jpeg(face, SIDE), alt=f"Face {image}", caption=image), shown)


def _verdict(scores: ScoreArrays, row: int, index: int) -> str:
    """What the model says, whether it is right, and how its map scores."""
    present = scores.logits[row, index] >= 0
    right = present == (scores.labels[row, index] == 1)
    amr = scores.values["amr"][row, index]
    if scores.empty[row, index]:
        looks = "empty map"
    else:
        looks = "no mask" if np.isnan(amr) else f"AMR {amr:.2f}"
    return f"{'present' if present else 'absent'} ({'right' if right else 'wrong'}), {looks}"
