"""Stability: how far a map moves when its image hardly does."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from heed.base.errors import InputError

Explain = Callable[[Tensor], ArrayLike]
"""From images (N, C, H, W) to their maps (N, A, h, w)."""


def max_sensitivity(
    explain: Explain, images: Tensor, radius: float = 0.02, draws: int = 10, seed: int = 0
) -> NDArray[np.float64]:
    """The largest change of a map under small noise, relative to the map.

        max over draws of ||map(x + noise) - map(x)|| / ||map(x)||,   noise in -radius..radius

    Max-sensitivity (Yeh et al. 2019, *On the (In)fidelity and Sensitivity of Explanations*), with
    Euclidean norms over the cells. The noise is one for each image and draw, and serves all
    outputs. A method that ignores its image is perfectly stable.

    Args:
        explain: from images (N, C, H, W) to maps (N, A, h, w), such as
            ``lambda images: heed.explain(model, images).maps``.
        images: (N, C, H, W) floating point, as the network takes them.
        radius: of the noise, in the units of the images.
        draws: how often noise is added; each asks for the maps of all images once more.
        seed: of the noise.

    Returns:
        (N, A) float64, 0 or more, lower is better. NaN for a map that is 0 everywhere, relative to
        which nothing is known, and where a map has a NaN in it.

    Raises:
        ValueError: the radius is not above 0, there is no draw, or images are not floating point.

    Example:
        >>> maps = lambda images: images[:, :1]  # moves as much as the image
        >>> found = max_sensitivity(maps, torch.ones(1, 1, 100, 100), radius=0.3)
        >>> found.round(2).tolist()  # uniform noise has the mean square 0.3² / 3
        [[0.17]]
    """
    if not radius > 0 or draws < 1:
        raise InputError(
            f"max_sensitivity: found radius {radius} and {draws} draws; expected a radius above 0 "
            "and at least one draw"
        )
    if not images.is_floating_point():
        raise InputError(
            f"max_sensitivity: found images of {images.dtype}; expected floating point"
        )
    own = np.asarray(explain(images), np.float64)
    own = own.reshape(*own.shape[:2], -1)
    norm = np.linalg.norm(own, axis=-1)
    largest = np.zeros(norm.shape)
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])  # the noise of fewer images is that of the first
        noise = rng.uniform(-radius, radius, images.shape)
        moved = images + torch.from_numpy(noise).to(images)
        maps = np.asarray(explain(moved), np.float64).reshape(own.shape)
        largest = np.maximum(largest, np.linalg.norm(maps - own, axis=-1))  # a NaN stays
    return np.divide(largest, norm, out=np.full(norm.shape, np.nan), where=norm > 0)
