"""Stability: how far a map moves when its image hardly does."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from heed.base.errors import InputError
from heed.metrics.perturbing.counts import check_count
from heed.metrics.perturbing.explained import explained

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
            ``lambda images: heed.explain(model, images).maps``. It gets copies of the images, and
            its maps are copied.
        images: (N, C, H, W) floating point, as the network takes them.
        radius: of the noise, in the units of the images.
        draws: how often noise is added; each asks for the maps of all images once more.
        seed: of the noise.

    Returns:
        (N, A) float64, 0 or more, lower is better. NaN for a map that is 0 everywhere, relative to
        which nothing is known, and where a map has a value that is not finite.

    Raises:
        ValueError: the radius is not above 0, there is no draw, images are not floating point, or
            ``explain`` gives no maps (N, A, h, w), or another shape from one draw to the next.

    Example:
        >>> maps = lambda images: images[:, :1]  # moves as much as the image
        >>> found = max_sensitivity(maps, torch.ones(1, 1, 100, 100), radius=0.3)
        >>> found.round(2).tolist()  # uniform noise has the mean square 0.3² / 3
        [[0.17]]
    """
    if not 0 < radius < np.inf:
        raise InputError(f"max_sensitivity: radius: found {radius}; expected a number above 0")
    check_count("max_sensitivity: draws", draws)
    if not isinstance(images, Tensor) or images.ndim != 4 or not images.is_floating_point():
        what = f"{images.dtype} {tuple(images.shape)}" if isinstance(images, Tensor) else images
        raise InputError(
            f"max_sensitivity: images: found "
            f"{what if isinstance(images, Tensor) else type(images).__name__}; expected a tensor "
            "(N, C, H, W) in floating point, as the network takes it"
        )
    images = images.detach()
    own = explained(lambda: explain(images.clone()), len(images))
    norm = _norm(own)
    largest = np.zeros(norm.shape)
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])  # the noise of fewer images is that of the first
        noise = rng.uniform(-radius, radius, images.shape)
        moved = images + torch.from_numpy(noise).to(images)
        maps = explained(partial(explain, moved), len(images), like=own)
        with np.errstate(invalid="ignore"):  # infinite in both is missing too
            largest = np.maximum(largest, _norm(maps - own))  # a NaN stays
    return np.divide(largest, norm, out=np.full(norm.shape, np.nan), where=norm > 0)


def _norm(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    cells = maps.shape[-2] * maps.shape[-1]
    norms = np.linalg.norm(maps.reshape(*maps.shape[:2], cells), axis=-1)
    return np.where(np.isfinite(norms), norms, np.nan)
