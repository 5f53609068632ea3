"""Images as people have them, in batches as a network takes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from heed.base.errors import HeedError, InputError
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
    _check_no_list(images)
    for given in several:
        batch = _tensor(given)
        for start in range(0, len(batch), batch_size):
            part = sent(batch[start : start + batch_size].detach(), device)
            part = floating(part)
            if preprocess is not None:
                part = _preprocessed(part, preprocess)
            yield part.to(dtype) if part.is_floating_point() else part


def device_of(network: nn.Module) -> torch.device:
    """Where a network is: its first parameter or buffer; the CPU where it has none."""
    first = next(iter((*network.parameters(), *network.buffers())), None)
    return torch.device("cpu") if first is None else first.device


@contextmanager
def named_images(network: nn.Module, images: Tensor) -> Iterator[None]:
    """Say what is wrong with images where a network refuses them; what torch says follows.

    Nothing is refused that a network takes: some take whole numbers, or another first layer.

    Args:
        network: that is run on them within.
        images: as it gets them.

    Raises:
        ValueError: they are no floating point, or have other channels than its first convolution.
    """
    try:
        yield
    except (HeedError, torch.OutOfMemoryError):
        raise
    except (RuntimeError, TypeError, ValueError) as error:
        wrong = _unfit(network, images)
        if wrong is None:
            raise
        said = str(error).partition("\n")[0]
        raise InputError(f"{wrong} (the network raised {type(error).__name__}: {said})") from error


def _unfit(network: nn.Module, images: Tensor) -> str | None:
    shape = tuple(images.shape)
    if not images.is_floating_point():
        return (
            f"images are {images.dtype} {shape}; expected floating point, or torch.uint8, which "
            "becomes 0..1: give images.float() / 255, or whatever makes 0..1 of them"
        )
    named = network.named_modules()
    found = ((name, each) for name, each in named if isinstance(each, nn.Conv2d))
    name, first = next(found, ("", None))
    if first is None or images.ndim != 4 or shape[1] == first.in_channels:
        return None
    channels = first.in_channels
    remedy = f"give images of {channels} channels"
    if shape[3] == channels:
        remedy = "put the channels first: images.permute(0, 3, 1, 2), of arrays transpose(…)"
    elif channels == 3 and 4 in (shape[1], shape[3]):
        remedy = "leave the alpha of RGBA out: images[:, :3], or images[..., :3]"
    elif channels == 3 and shape[1] == 1:
        remedy = "give grey values three times: images.repeat(1, 3, 1, 1)"
    return (
        f"images are {shape}; expected (N, {channels}, H, W), as the network's first convolution "
        f"{name!r} has {channels} channels: {remedy}"
    )


def _preprocessed(batch: Tensor, preprocess: Callable[[Tensor], Tensor]) -> Tensor:
    found: Any = preprocess(batch)
    if not isinstance(found, Tensor):
        remedy = "torch.from_numpy makes one" if isinstance(found, np.ndarray) else "return one"
        raise InputError(
            f"preprocess: returns {type(found).__name__} for a tensor {tuple(batch.shape)}; "
            f"expected a tensor (B, C, H, W): {remedy}"
        )
    return found


def _check_no_list(images: Any) -> None:
    """Refuse a list of single images: its items are taken for batches."""
    first = images[0] if isinstance(images, list | tuple) and images else None
    single = isinstance(first, Tensor | np.ndarray) and first.ndim in (2, 3)
    if not single and not hasattr(first, "getbands"):  # as images of Pillow have
        return
    remedy = (
        "torch.stack(images)"
        if isinstance(first, Tensor)
        else "np.stack(images)"
        if single
        else 'np.stack([np.asarray(image.convert("RGB")) for image in images])'
    )
    raise InputError(
        f"images: found a list of single images ({type(first).__name__}); expected one tensor or "
        f"array (N, C, H, W): if they are of one size, {remedy}"
    )


def _tensor(given: Any) -> Tensor:
    if isinstance(given, Mapping):
        given = next((given[key] for key in KEYS if key in given), given)
    if isinstance(given, tuple | list) and given:
        given = given[0]
    if isinstance(given, np.ndarray):
        try:
            given = torch.from_numpy(np.ascontiguousarray(given))
        except TypeError as error:
            raise InputError(
                f"images: found an array of {given.dtype} {given.shape}; expected numbers "
                "(N, C, H, W), such as uint8 or float32: np.stack(…) makes one of images of one "
                "size"
            ) from error
    if not isinstance(given, Tensor):
        raise InputError(
            f"images: found {type(given).__name__}; expected a tensor (N, C, H, W), an array, or a "
            "loader whose batches are such, are tuples that begin with one, or have one under "
            f"{', '.join(KEYS)}"
        )
    if given.ndim == 3:
        raise InputError(
            f"images are {tuple(given.shape)}; expected (N, C, H, W): one image is images[None], "
            "several are a batch by torch.stack or np.stack"
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
