"""Drawn faces with and without one attribute, as a masked data set: the mask is its evidence."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import HeedError
from heed.base.files import write_csv
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.masked_folder.layout import MASKS
from heed.methods.attribute_classes import class_of
from heed.synthetic.camera import developed
from heed.synthetic.evidence import LEAST_CHANGE
from heed.synthetic.pose import FACE_FRAME
from heed.synthetic.render import frame
from heed.synthetic.scene import Scene, flipped, painted
from heed.synthetic.studio import Face, Recipe, Studio

LEAST_EVIDENCE: Final = 16
"""Pixels of evidence; a face with less, such as one whose glasses a hat hides, is left out."""

MOST_TRIED: Final = 400
"""Faces that are looked at for each that is kept; rarer attributes are refused."""


def write_faces(
    attribute: str,
    counts: tuple[int, int, int],
    folder: Path,
    *,
    sharpness: float,
    seed: int,
    advance: Callable[[int], object],
) -> None:
    """Write faces in the layout of :mod:`heed.masked_folder`, half of each class.

    A face is drawn in its own frame of 256 pixels. Its mask is where it changes when the attribute
    alone is put on the other side (:mod:`heed.synthetic.evidence`).

    Args:
        attribute: one of CelebA's forty, such as ``Eyeglasses``.
        counts: faces of the train, validation and test partition.
        folder: an empty folder.
        sharpness: slope of the attribute's strength at its cut.
        seed: of all that is drawn.
        advance: told how many faces more are written, e.g. ``progress.update``.

    Raises:
        HeedError: the attribute is too rare among drawn faces, or shows too little.
    """
    rows = []
    for partition, (name, count) in enumerate(zip(PARTITIONS, counts, strict=True)):
        wanted = {1: -(-count // 2), -1: count // 2}
        for kind in (class_of(attribute, label) for label in wanted):
            (folder / name / kind).mkdir(parents=True)
            (folder / MASKS / name / kind).mkdir(parents=True)
        for number, label, image, mask in _faces(attribute, wanted, sharpness, seed + partition):
            place = f"{name}/{class_of(attribute, label)}/{number:06d}.png"
            _write(folder / place, image[..., ::-1])
            _write(folder / MASKS / place, np.uint8(255) * mask.astype(np.uint8))
            rows.append({"image": place, "evidence": int(mask.sum())})
            advance(1)
    write_csv(pd.DataFrame(rows), folder / "faces.csv")


def _faces(
    attribute: str, wanted: dict[int, int], sharpness: float, seed: int
) -> Iterator[tuple[int, int, NDArray[np.uint8], NDArray[np.bool_]]]:
    """Faces of both classes, in the order of their numbers, until there are enough."""
    total, column = sum(wanted.values()), ATTRIBUTES.index(attribute)
    tried = MOST_TRIED * total
    studio = Studio(Recipe(tried, 1, 1, 1.0, sharpness, 1.0, 0.7, seed))
    left = dict(wanted)
    for number in range(tried):
        if not any(left.values()):
            return
        face: Face = studio.face(number)
        label = int(face.labels[column])
        if left[label] == 0:
            continue
        image = _photograph(face.scene)
        other = _photograph(flipped(face.scene, attribute))
        mask = cv2.absdiff(image, other).max(axis=-1) >= LEAST_CHANGE
        if mask.sum() >= LEAST_EVIDENCE:
            left[label] -= 1
            yield number, label, image, mask
    raise HeedError(
        f"data.positive: found {attribute} in too few of {tried} drawn faces, or hardly visible; "
        "expected an attribute such as Eyeglasses, Wearing_Hat, Smiling or Rosy_Cheeks"
    )


def _photograph(drawing: Scene) -> NDArray[np.uint8]:
    whole = frame(FACE_FRAME, FACE_FRAME)
    return np.asarray(developed(painted(drawing, np.eye(2, 3), whole), drawing.look, 1.0), np.uint8)


def _write(path: Path, pixels: NDArray[np.uint8]) -> None:
    done, content = cv2.imencode(path.suffix, np.ascontiguousarray(pixels))
    if not done:
        raise HeedError(f"{path}: OpenCV could not encode an image of shape {pixels.shape}")
    path.write_bytes(content.tobytes())
