"""The model-randomisation check: does a map change when the network has learnt nothing?"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.postprocess import normalise
from heed.metrics.correlation import pearson
from heed.metrics.structural_similarity import structural_similarity

Explain = Callable[[nn.Module, Tensor], ArrayLike]
"""From a network and images (N, C, H, W) to their maps (N, A, h, w)."""

Order = Literal["full", "cascading", "independent"]
"""All layers at once; from the last one on one more each time; each alone."""


@dataclass(frozen=True)
class Randomised:
    """How alike the maps of a network and of one with random weights are.

    Args:
        layers: the names of the layers whose weights are random, the last layer first.
        rank_correlation: (N, A), Spearman's between the pixels or cells of the maps; NaN where one
            of the maps is constant.
        similarity: (N, A), SSIM of the maps as pixels, rectified and stretched to 0..1.
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
        network: in which layers have ``reset_parameters``, as torch's own do. It stays as it is.
        images: (N, C, H, W), as the network takes them.
        order: which layers become random. ``cascading`` and ``independent`` give a result each.
        seed: of the random weights.

    Yields:
        A :class:`Randomised` for each copy.

    Raises:
        ValueError: no layer of the network has weights that can be drawn anew, or another order.

    Example:
        >>> network = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(2))
        >>> ignores_weights = lambda network, images: images
        >>> (found,) = model_randomisation(ignores_weights, network, torch.rand(1, 1, 12, 12))
        >>> found.layers, found.rank_correlation.round(6).tolist()
        (('0',), [[1.0]])
    """
    size = int(images.shape[-2]), int(images.shape[-1])
    own = np.asarray(explain(network, images), np.float64)
    for layers, copied in randomised(network, order, seed):
        maps = np.asarray(explain(copied, images), np.float64)
        if maps.shape != own.shape:
            raise InputError(
                f"explain: found maps {own.shape} and, with random weights, {maps.shape}; expected "
                "the same shape"
            )
        yield Randomised(
            layers,
            _rank_correlation(own, maps),
            structural_similarity(normalise(own, size), normalise(maps, size)),
        )


def randomised(
    network: nn.Module, order: Order, seed: int
) -> Iterator[tuple[tuple[str, ...], nn.Module]]:
    """Copies of a network in which layers have new random weights, as before any training.

    Args:
        network: stays as it is.
        order: as for :func:`model_randomisation`; layers are taken in the order in which the
            network holds them, from the last one backwards.
        seed: of the weights. torch's own generator is afterwards where it was.

    Yields:
        The names of the layers, the last one first, and the copy. A cascading copy is one network
        that goes on to change: use it before the next.

    Raises:
        ValueError: no layer can be reset, or another order.
    """
    if order not in ("full", "cascading", "independent"):
        raise InputError(f"order: found {order!r}; expected 'full', 'cascading' or 'independent'")
    names = [name for name, module in network.named_modules() if _resets(module)][::-1]
    if not names:
        raise InputError(
            f"network: no layer of {type(network).__name__} has weights with reset_parameters; "
            "expected at least one, such as a convolution"
        )
    if order == "independent":
        for number, name in enumerate(names):
            copied = copy.deepcopy(network)
            _reset(copied, [name], seed + number)
            yield (name,), copied
        return
    copied = copy.deepcopy(network)
    if order == "full":
        _reset(copied, names, seed)
        yield tuple(names), copied
        return
    for number, name in enumerate(names):
        _reset(copied, [name], seed + number)
        yield tuple(names[: number + 1]), copied


def _resets(module: nn.Module) -> bool:
    has_weights = any(True for _ in module.parameters(recurse=False))
    return has_weights and callable(getattr(module, "reset_parameters", None))


def _reset(network: nn.Module, names: list[str], seed: int) -> None:
    devices = {p.device for p in network.parameters() if p.device.type == "cuda"}
    with torch.random.fork_rng(list(devices)), torch.no_grad():
        torch.manual_seed(seed)
        for name in names:
            module: Any = network.get_submodule(name)
            module.reset_parameters()


def _rank_correlation(
    maps: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    from scipy.stats import rankdata  # here: it takes half a second to import

    flat = [each.reshape(*each.shape[:2], -1) for each in (maps, others)]
    missing = np.isnan(flat[0]).any(axis=-1) | np.isnan(flat[1]).any(axis=-1)
    return np.where(missing, np.nan, pearson(*(rankdata(each, axis=-1) for each in flat)))
