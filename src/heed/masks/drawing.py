"""Masks from landmarks, for whoever has maps of faces to judge."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.base.tensors import takes_tensors
from heed.geometry.alignment import LANDMARKS, LandmarksError
from heed.masks.catalogue import VERSIONS
from heed.masks.mask_version import MaskVersion
from heed.masks.packing import unpack
from heed.masks.regions import RegionsError


@takes_tensors
def for_landmarks(
    landmarks: ArrayLike,
    version: int | str | MaskVersion = 3,
    size: int = 224,
    names: str | Sequence[str] | None = None,
) -> NDArray[np.bool_]:
    """Where a classifier of facial attributes should look in each face.

    - Version 1: boxes at the landmarks (Bieri 2023, table A.1), for crops that are 5.5 times as
      wide as the distance from the eyes to the mouth;
    - version 2: blocks of a 7 x 7 grid, the same for every face of such crops (her table A.2);
    - version 3: polygons and ellipses that follow the face at any scale, roll and turn.

    Args:
        landmarks: (..., 5, 2) x to the right, y down, in pixels of the crop whose centres have
            whole numbers: left eye, right eye, nose, left and right corner of the mouth, where
            left is left in the image. NumPy array or torch tensor.
        version: 1, 2 or 3; the name of one of :data:`heed.masks.catalogue.VERSIONS`; or an object
            of your own with what :class:`heed.masks.mask_version.MaskVersion` lists.
        size: side of the crop, and of the masks, in pixels, a multiple of 8.
        names: attributes of CelebA, such as "Smiling", or regions, such as "mouth"; without them
            all regions of the version, in its order (``VERSIONS["3"].regions`` lists them with
            their attributes).

    Returns:
        (..., K, size, size) bool, true inside, one mask for each of the K names; (..., size, size)
        for a single name. What lies outside the crop is cut off. A mask is empty (no pixel is
        true) where the landmarks that place it coincide or lie on a line.

    Raises:
        LandmarksError: a landmark is not finite, or there are not five.
        RegionsError: a name is no attribute and no region of this version.
        ValueError: there is no such version, or the size is no multiple of 8.

    Example:
        >>> face = [[92.1, 100.1], [132.1, 100.1], [112.1, 124.1], [96.1, 140.1], [128.1, 140.1]]
        >>> masks = for_landmarks(face, names=["Smiling", "Narrow_Eyes"])
        >>> masks.shape, masks.sum(axis=(1, 2)).tolist()
        ((2, 224, 224), [918, 674])
    """
    chosen = _version(version)
    points = np.asarray(landmarks, np.float64)
    if points.ndim < 2 or points.shape[-2:] != (len(LANDMARKS), 2):
        raise LandmarksError(
            f"for_landmarks: found landmarks {points.shape}; expected (..., {len(LANDMARKS)}, 2): "
            f"x and y of {', '.join(LANDMARKS)}"
        )
    faces = points.reshape(-1, len(LANDMARKS), 2)
    wrong = ~np.isfinite(faces).all(axis=(1, 2))
    if wrong.any():
        first = int(wrong.argmax())
        raise LandmarksError(
            f"for_landmarks: found the landmarks {faces[first].tolist()} of face {first} (counted "
            f"from 0 among {len(faces)}); expected finite ones: leave this face out, or correct it"
        )
    if size <= 0 or size % 8:
        raise InputError(f"for_landmarks: size: found {size}; expected a multiple of 8 above 0")
    regions = _regions(chosen, [names] if isinstance(names, str) else names)
    masks = unpack(chosen.masks(faces, size)[:, regions])
    # shared masks are drawn once
    of_each = np.broadcast_to(masks, (len(faces), *masks.shape[1:]))
    of_each = of_each[:, 0] if isinstance(names, str) else of_each
    return np.array(of_each).reshape(*points.shape[:-2], *of_each.shape[1:])


def _version(version: int | str | MaskVersion) -> MaskVersion:
    if hasattr(version, "regions"):
        return cast(MaskVersion, version)
    if isinstance(version, float) or str(version) not in VERSIONS:
        raise InputError(
            f"for_landmarks: version: found {version!r}; expected {', '.join(VERSIONS)}, or an "
            "object that draws masks"
        )
    return VERSIONS[str(version)]


def _regions(version: MaskVersion, names: Sequence[str] | None) -> list[int]:
    """The positions of the named regions, or of those of named attributes."""
    regions = list(version.regions)
    if names is None:
        return list(range(len(regions)))
    of_attribute = {name: region for region, own in version.regions.items() for name in own}
    found = [of_attribute.get(name, name) for name in names]
    unknown = [name for name, region in zip(names, found, strict=True) if region not in regions]
    if unknown:
        raise RegionsError(
            f"for_landmarks: names: found {unknown[0]!r}; masks of version {version.name} have the "
            f"regions {', '.join(regions)} and the attributes {', '.join(of_attribute)}"
        )
    return [regions.index(region) for region in found]
