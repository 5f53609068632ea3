"""The model-randomisation check: does a map change when the network has learnt nothing?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from heed.explain.postprocess import normalise
from heed.metrics.correlation import pearson
from heed.metrics.perturbing.explained import explained
from heed.metrics.perturbing.random_weights import Order, randomised
from heed.metrics.structural_similarity import structural_similarity

Explain = Callable[[nn.Module, Tensor], ArrayLike]
"""From a network and images (N, C, H, W) to their maps (N, A, h, w)."""


@dataclass(frozen=True)
class Randomised:
    """How alike the maps of a network and of one with random weights are.

    Args:
        layers: the names of the layers whose weights are random, the last layer first.
        rank_correlation: (N, A), Spearman's between the pixels or cells of the maps; NaN where one
            of the maps is constant, or has a value that is not finite.
        similarity: (N, A), SSIM of the maps as pixels, rectified and stretched to 0..1; NaN where
            one has a value that is not finite.
    """

    layers: tuple[str, ...]
    rank_correlation: NDArray[np.float64]
    similarity: NDArray[np.float64]


def model_randomisation(
    explain: Explain, network: nn.Module, images: Tensor, order: Order = "full", seed: int = 0
) -> Iterator[Randomised]:
    """Compare a network's maps with those of copies whose weights are random.

    A map that shows what the network has learnt must change when that is gone; one that does not,
    such as an edge detector's, fails the check (Adebayo et al. 2018, *Sanity Checks for Saliency
    Maps*). Low values are better: 0 in rank correlation is no likeness. Maps that are rectified or
    blurred alike have some likeness anyway, so compare with the value for maps of other images.

    Args:
        explain: from a network and images to maps (N, A, h, w), cells or pixels, signed or not,
            such as ``lambda network, images: heed.explain(network, images).maps``.
        network: any. How its parameters become random is said at
            :func:`heed.metrics.perturbing.random_weights.randomised`. It stays as it is.
        images: (N, C, H, W), as the network takes them.
        order: which layers become random. ``cascading`` and ``independent`` give a result each.
        seed: of the random weights.

    Returns:
        An iterator over a :class:`Randomised` for each copy; maps are made as it is asked.

    Raises:
        ValueError: the network has no parameters, or another order; when iterated, also where
            ``explain`` gives no maps, or their shape changes.

    Example:
        >>> import torch
        >>> network = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(2))
        >>> ignores_weights = lambda network, images: images
        >>> (found,) = model_randomisation(ignores_weights, network, torch.rand(1, 1, 12, 12))
        >>> found.layers, found.rank_correlation.round(6).tolist()
        (('0',), [[1.0]])
    """
    return _compared(explain, network, images, randomised(network, order, seed))


def _compared(
    explain: Explain,
    network: nn.Module,
    images: Tensor,
    copies: Iterator[tuple[tuple[str, ...], nn.Module]],
) -> Iterator[Randomised]:
    own = explained(lambda: explain(network, images), len(images))
    size = int(images.shape[-2]), int(images.shape[-1])
    for layers, copied in copies:
        maps = explained(partial(explain, copied, images), len(images), like=own)
        finite = np.isfinite(own) & np.isfinite(maps)
        missing = np.asarray(~finite.all(axis=(-2, -1)))
        known = [np.where(missing[..., None, None], 0, each) for each in (own, maps)]
        likeness = structural_similarity(*(normalise(each, size) for each in known))
        yield Randomised(
            layers,
            np.where(missing, np.nan, _rank_correlation(*known)),
            np.where(missing, np.nan, likeness),
        )


def _rank_correlation(
    maps: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    from scipy.stats import rankdata  # here: it takes half a second to import

    pixels = maps.shape[-2] * maps.shape[-1]
    flat = [each.reshape(*each.shape[:2], pixels) for each in (maps, others)]
    return pearson(*(rankdata(each, axis=-1) for each in flat))
