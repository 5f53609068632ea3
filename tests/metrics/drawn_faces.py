"""Masks of a few drawn faces, as the stage masks draws them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from heed.geometry.affine import apply
from heed.geometry.alignment import alignment
from heed.masks.catalogue import VERSIONS
from heed.masks.evidence import masks as evidence_masks
from heed.masks.packing import pack, unpack
from heed.synthetic.evidence import evidence
from heed.synthetic.studio import Recipe, Studio

FACES, SIZE, CROP_SCALE = 3, 224, 5.5


@cache
def drawn_masks() -> dict[str, NDArray[np.bool_]]:
    """By version the masks of all faces and regions, (n, 224, 224) bool; none is empty."""
    studio = Studio(Recipe(1, 1, FACES, 4.0, 3.0, 1.5, 1.0, seed=3))
    faces = [studio.face(index) for index in range(2, 2 + FACES)]
    points = np.stack([face.wild_landmarks for face in faces])
    to_crop = alignment(points, SIZE, CROP_SCALE, [str(index) for index in range(FACES)])
    masks = {
        name: version.masks(
            np.stack([apply(m, p) for m, p in zip(to_crop, points, strict=True)]), SIZE
        )
        for name, version in VERSIONS.items()
    }
    masks["evidence"] = evidence_masks(
        np.stack([pack(evidence(face.scene)) for face in faces]),
        np.stack([face.wild.matrix for face in faces]),
        to_crop,
        np.array([[face.wild.width, face.wild.height] for face in faces]),
        SIZE,
    )
    pixels = {name: unpack(packed).reshape(-1, SIZE, SIZE) for name, packed in masks.items()}
    return {name: of[of.any((1, 2))] for name, of in pixels.items()}
