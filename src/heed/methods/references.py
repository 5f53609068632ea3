"""Maps that no network has a part in: what a metric should rank first, and what last.

The mask itself is the ceiling of every metric that compares with it. Floors are a map of random
cells, one that is the same everywhere, one that marks the middle, and one that marks edges (which
looks like an explanation, and is none: Adebayo et al. 2018, *Sanity Checks for Saliency Maps*).
"""

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.explain.postprocess import normalise, stretch
from heed.methods.settings import Reference

Maps = NDArray[np.float32]

MIDDLE: Final = 0.2
"""Standard deviation of the map that marks the middle, a share of the side."""


def reference_maps(
    name: Reference,
    images: NDArray[np.uint8],
    masks: NDArray[np.bool_],
    cells: int,
    seed: int,
) -> Maps:
    """The maps of a reference.

    Args:
        name: which.
        images: (N, S, S, 3) uint8 RGB.
        masks: (N, S, S).
        cells: side of the grid of the random map.
        seed: of the random map; the numbers of an image depend on its place.

    Returns:
        (N, S, S) float32 in 0..1.
    """
    return _KINDS[name](images, masks, cells, seed)


def _mask(images: NDArray[np.uint8], masks: NDArray[np.bool_], cells: int, seed: int) -> Maps:
    return masks.astype(np.float32)


def _random(images: NDArray[np.uint8], masks: NDArray[np.bool_], cells: int, seed: int) -> Maps:
    values = [np.random.default_rng([seed, i]).random((cells, cells)) for i in range(len(images))]
    return normalise(np.array(values, np.float32), images.shape[1])


def _uniform(images: NDArray[np.uint8], masks: NDArray[np.bool_], cells: int, seed: int) -> Maps:
    return np.ones(images.shape[:3], np.float32)


def _centre(images: NDArray[np.uint8], masks: NDArray[np.bool_], cells: int, seed: int) -> Maps:
    places = (np.arange(images.shape[1]) + 0.5) / images.shape[1] - 0.5
    along = np.exp(-((places / MIDDLE) ** 2) / 2)
    return np.repeat(stretch(along[:, None] * along)[None], len(images), axis=0)


def _edges(images: NDArray[np.uint8], masks: NDArray[np.bool_], cells: int, seed: int) -> Maps:
    found = []
    for image in images:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
        smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
        across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
        down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
        found.append(np.hypot(across, down))
    return stretch(np.array(found))


_KINDS: Final[Mapping[str, Callable[[NDArray[np.uint8], NDArray[np.bool_], int, int], Maps]]] = {
    "mask": _mask,
    "random": _random,
    "uniform": _uniform,
    "centre": _centre,
    "edges": _edges,
}
