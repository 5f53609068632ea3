"""Where the attribute of a pair should be looked for on each face: as pixels, and as cells."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from heed.attention.explained import Grid
from heed.attention.run_settings import OF_MASK, PairParams
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.settings import CropParams
from heed.guidance.coverage import Coverage, coverage_of_masks, coverage_of_polygons
from heed.guidance.landmarks import five_of
from heed.guidance.regions import rectangle_corners
from heed.guidance.template_face import template_box, template_landmarks, template_polygon
from heed.masks.catalogue import VERSIONS
from heed.masks.outlines import inside
from heed.masks.packing import Packed
from heed.masks.regions import region_of_attribute


def pair_corners(
    pair: PairParams, landmarks: NDArray[np.float64], crop: CropParams
) -> NDArray[np.float64]:
    """The corners of a pair's rectangles, or of its polygon, on each face.

    Args:
        pair: any.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.
        crop: their side and scale.

    Returns:
        (n, R, 4, 2) x, y in pixels of the crops, (n, 1, K, 2) of a polygon with K corners; R is 0
        where the region is a mask alone.
    """
    template = template_landmarks(crop.size, crop.scale)
    if pair.box is not None:
        return template_box(pair.box, template, five_of(landmarks))[:, None]
    if pair.polygon is not None:
        return template_polygon(pair.polygon, template, five_of(landmarks))[:, None]
    names = [name for name in pair.regions or [] if not name.startswith(OF_MASK)]
    corners = [rectangle_corners(name, landmarks) for name in names]
    return np.stack(corners, axis=1) if corners else np.empty((len(landmarks), 0, 4, 2))


def pair_masks(pair: PairParams, landmarks: NDArray[np.float64], crop: CropParams) -> Packed:
    """The pixels of a pair's region on each face.

    Args:
        pair: any.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.
        crop: their side S and scale.

    Returns:
        (n, S, S / 8) uint8, packed.
    """
    masks = np.zeros((len(landmarks), crop.size, crop.size // 8), np.uint8)
    for corners in pair_corners(pair, landmarks, crop).swapaxes(0, 1):
        masks |= inside(corners, crop.size)
    for name in pair.regions or []:
        if name.startswith(OF_MASK):
            version = VERSIONS[name.removeprefix(OF_MASK)]
            of_attributes = region_of_attribute(version.regions, ATTRIBUTES)
            own = of_attributes[ATTRIBUTES.index(pair.attribute)]
            masks |= version.masks(five_of(landmarks), crop.size)[:, own]
    return masks


def pair_coverage(
    pair: PairParams, landmarks: NDArray[np.float64], crop: CropParams, grid: Grid
) -> Coverage:
    """Which share of each cell a pair's region covers, on each face.

    That of a single rectangle and of a polygon is exact, that of anything else to the pixel.

    Args:
        pair: any.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.
        crop: their side and scale.
        grid: the cells, and where they lie.

    Returns:
        (n, g, g) float32, 0..1.
    """
    if pair.regions is None or len(pair.regions) == 1:
        corners = pair_corners(pair, landmarks, crop)
        if corners.shape[1] == 1:
            return coverage_of_polygons(corners[:, 0], crop.size, grid.cells, grid.placement)
    masks = pair_masks(pair, landmarks, crop)
    return coverage_of_masks(masks, grid.cells, grid.placement)


def cell_weights(
    heavier: Mapping[str, float], landmarks: NDArray[np.float64], crop: CropParams, grid: Grid
) -> NDArray[np.float32]:
    """How much each cell counts in a map loss, where rectangles of the face count several times.

    With the share s of a cell in a rectangle that counts f times, 1 + (f - 1) s; of several
    rectangles their product.

    Args:
        heavier: by the name of a rectangle how many times it counts.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.
        crop: their side and scale.
        grid: the cells, and where they lie.

    Returns:
        (n, g, g) float32.
    """
    weights = np.ones((len(landmarks), grid.cells, grid.cells), np.float32)
    for name, factor in heavier.items():
        corners = rectangle_corners(name, landmarks)
        share = coverage_of_polygons(corners, crop.size, grid.cells, grid.placement)
        weights *= 1 + np.float32(factor - 1) * share
    return weights
