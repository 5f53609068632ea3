"""Images as people have them, in batches as a network takes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.devices import sent

KEYS: Final = ("pixel_values", "images", "image", "inputs", "x")
"""Where a loader's dictionaries keep images; the first that is there."""

EMPTY: Final = "images: found none; expected at least one"


def in_batches(
    images: Any,
    network: nn.Module,
    batch_size: int,
    preprocess: Callable[[Tensor], Tensor] | None,
) -> Iterator[Tensor]:
    """Batches on the network's device, in its precision.

    Args:
        images: a tensor or an array of images, or a loader: an iterable of batches, each a tensor,
            an array, a tuple that begins with one, or a dictionary with one.
        network: where its first parameter is, images go.
        batch_size: how many images a batch has at most.
        preprocess: what is done to a batch before the network sees it.

    Yields:
        (B, ...), B at most ``batch_size``.

    Raises:
        ValueError: naming what was found.
    """
    device = device_of(network)
    precise = [p.dtype for p in network.parameters() if p.is_floating_point()]
    dtype = precise[0] if precise else torch.float32
    several: Iterable[Any] = [images] if isinstance(images, Tensor | np.ndarray) else images
    if isinstance(images, str | bytes | Mapping) or not isinstance(several, Iterable):
        raise InputError(
            f"images: found {type(images).__name__}; expected a tensor (N, C, H, W), an array, or "
            "a loader that gives such batches"
        )
    for given in several:
        batch = _tensor(given)
        for start in range(0, len(batch), batch_size):
            part = sent(batch[start : start + batch_size].detach(), device)
            part = floating(part)
            if preprocess is not None:
                part = preprocess(part)
            yield part.to(dtype) if part.is_floating_point() else part


def device_of(network: nn.Module) -> torch.device:
    """Where a network is: its first parameter or buffer; the CPU where it has none."""
    first = next(iter((*network.parameters(), *network.buffers())), None)
    return torch.device("cpu") if first is None else first.device


def _tensor(given: Any) -> Tensor:
    if isinstance(given, Mapping):
        given = next((given[key] for key in KEYS if key in given), given)
    if isinstance(given, tuple | list) and given:
        given = given[0]
    if isinstance(given, np.ndarray):
        given = torch.from_numpy(np.ascontiguousarray(given))
    if not isinstance(given, Tensor):
        raise InputError(
            f"images: found {type(given).__name__}; expected a tensor (N, C, H, W), an array, or a "
            "loader whose batches are such, are tuples that begin with one, or have one under "
            f"{', '.join(KEYS)}"
        )
    if given.ndim == 3:
        raise InputError(
            f"images are {tuple(given.shape)}; expected (N, C, H, W): one image is images[None]"
        )
    if given.ndim < 2:
        raise InputError(f"images are {tuple(given.shape)}; expected (N, C, H, W)")
    return given


def floating(batch: Tensor) -> Tensor:
    """8-bit images as (N, C, H, W) float32 in 0..1; all else as it is."""
    if batch.dtype != torch.uint8:
        return batch
    if batch.ndim == 4 and batch.shape[-1] in (1, 3) and batch.shape[1] not in (1, 3):
        batch = batch.permute(0, 3, 1, 2).contiguous()
    return batch.float() / 255
