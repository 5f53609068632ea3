"""Maps that ask no network: floors that a method has to beat, and the mask as the ceiling.

A method that is no better than *random*, *uniform* or *centre* maps says nothing of where a
network looks, and one that is no better than an *edge detector* nothing of the network (Adebayo et
al. 2018, *Sanity Checks for Saliency Maps*). No map is better than the mask itself. All are pixels
in 0..1, as :func:`heed.explain.postprocess.normalise` makes them of a network's.
"""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.postprocess import EPSILON, normalise

Maps = NDArray[np.float32]
Size = tuple[int, int]


def random_maps(shape: tuple[int, ...], size: Size, seed: int, cells: Size | None = None) -> Maps:
    """Maps of independent uniform random numbers.

    Args:
        shape: of the leading axes, such as (N, A).
        size: height H and width W in pixels.
        seed: of the generator; the maps of fewer images are the first of those of more.
        cells: height and width of a grid whose cells are random and enlarged to pixels as a
            network's are; by default each pixel is.

    Returns:
        (*shape, H, W) float32 in 0..1.

    Example:
        >>> random_maps((2, 3), (8, 8), seed=0, cells=(2, 2)).shape
        (2, 3, 8, 8)
    """
    drawn = np.random.default_rng(seed).random((*shape, *(cells or size)), np.float32)
    return drawn if cells is None else normalise(drawn, size)


def uniform_maps(shape: tuple[int, ...], size: Size) -> Maps:
    """Maps that mark the whole image alike: 1 everywhere.

    Args:
        shape: of the leading axes.
        size: height H and width W in pixels.

    Returns:
        (*shape, H, W) float32, read-only.
    """
    return np.broadcast_to(np.float32(1), (*shape, *size))


def centre_maps(shape: tuple[int, ...], size: Size, spread: float = 0.25) -> Maps:
    """Maps of a Gaussian in the middle of the image, for whoever looks there whatever is there.

        exp(-(y / (spread H))^2 / 2 - (x / (spread W))^2 / 2),   y and x from the middle

    Stretched with the image, as the centre map of Judd, Durand and Torralba (2012, *A Benchmark of
    Computational Models of Saliency*).

    Args:
        shape: of the leading axes.
        size: height H and width W in pixels.
        spread: standard deviation in shares of each side, above 0.

    Returns:
        (*shape, H, W) float32 in 0..1, read-only.

    Raises:
        ValueError: the spread is not above 0.

    Example:
        >>> print(centre_maps((), (3, 3), spread=0.5).round(2))
        [[0.64 0.8  0.64]
         [0.8  1.   0.8 ]
         [0.64 0.8  0.64]]
    """
    if not spread > 0:
        raise InputError(f"centre_maps: spread: found {spread}; expected a number above 0")
    down, across = (
        np.exp(-0.5 * (((np.arange(side) + 0.5) / side - 0.5) / spread) ** 2) for side in size
    )
    return np.broadcast_to(np.outer(down, across).astype(np.float32), (*shape, *size))


def edge_maps(images: ArrayLike, sigma: float = 1.0) -> Maps:
    """Maps of an edge detector: how steeply the grey value changes (Sobel 1968), 1 at the steepest.

    Args:
        images: (N, H, W, 3) RGB or (N, H, W, 1), of any range of values.
        sigma: standard deviation in pixels of the Gaussian that smooths the images before; 0 for
            none.

    Returns:
        (N, H, W) float32 in 0..1; 0 everywhere for an image without edges.

    Raises:
        ValueError: the images have another shape, or are not finite.

    Example:
        >>> image = np.zeros((1, 5, 6, 1), np.uint8)
        >>> image[..., 3:, :] = 255
        >>> edge_maps(image, sigma=0)[0, 2].round(3).tolist()
        [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    """
    pixels = np.asarray(images, np.float32)
    if pixels.ndim != 4 or pixels.shape[-1] not in (1, 3):
        raise InputError(
            f"edge_maps: found images {pixels.shape}; expected (N, H, W, 3) or (N, H, W, 1)"
        )
    if not np.isfinite(pixels).all():
        raise InputError("edge_maps: an image is not finite")
    maps = np.empty(pixels.shape[:3], np.float32)
    for image, found in zip(pixels, maps, strict=True):
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.shape[-1] == 3 else image[..., 0]
        grey = grey - grey.min()  # so that rounding makes no edges of a plain image
        if sigma > 0:
            grey = cv2.GaussianBlur(grey, (0, 0), sigma)
        across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
        found[:] = np.hypot(across, down)
        found /= max(float(found.max()), EPSILON)
    return maps


def mask_maps(masks: ArrayLike) -> Maps:
    """The masks as maps: the best that a map can be.

    Args:
        masks: (..., H, W) bool, true inside.

    Returns:
        (..., H, W) float32, 1 inside and 0 outside.
    """
    return np.asarray(masks, np.bool_).astype(np.float32)
