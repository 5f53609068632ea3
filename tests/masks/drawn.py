"""Masks of CelebA's attributes, drawn by any version."""

import numpy as np
from numpy.typing import ArrayLike

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import sizes, unpack
from heed.masks.regions import region_of_attribute


def region_of(version: str) -> list[int]:
    """The region of each of the 40 attributes."""
    return list(region_of_attribute(VERSIONS[version].regions, ATTRIBUTES))


def mask_of(version: str, attribute: str, face: np.ndarray, size: int) -> np.ndarray:
    """One attribute's mask of one face, (size, size) bool."""
    masks = unpack(VERSIONS[version].masks(face[None], size))
    return masks[0, region_of(version)[ATTRIBUTE_INDEX[attribute]]]


def sizes_of(version: str, faces: ArrayLike, size: int) -> np.ndarray:
    """Pixels inside each attribute's mask, (n, 40)."""
    return sizes(VERSIONS[version].masks(faces, size))[:, region_of(version)]
