"""Images for a network, checked before it gets them, and what it says of those it refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from heed.base.errors import HeedError, InputError
from heed.explain.logits import REFUSALS


def check_images(images: Any) -> None:
    """Refuse what are no images (B, 3, S, S).

    Other numbers of channels are up to the network, but channels that lie last are not.

    Raises:
        InputError: naming what was found.
    """
    if not isinstance(images, Tensor):
        raise InputError(
            f"images: found {type(images).__name__}; expected a tensor (B, 3, S, S) "
            "(torch.from_numpy makes one of an array)"
        )
    if not images.is_floating_point():
        raise InputError(
            f"images: found {images.dtype}; expected floating point: divide 8-bit values by 255"
        )
    channels_last = images.ndim == 4 and images.shape[3] == 3 and images.shape[1] not in (1, 3)
    if images.ndim != 4 or channels_last:
        hint = ": images.permute(0, 3, 1, 2)" if channels_last else ""
        raise InputError(f"images: found {tuple(images.shape)}; expected (B, 3, S, S){hint}")


@contextmanager
def refusals_told(network: nn.Module, images: Tensor) -> Iterator[None]:
    """Say so where a network fails on images of another precision or device than its weights.

    Whatever else it raises passes.

    Raises:
        InputError: with both, and what the network said.
    """
    try:
        yield
    except REFUSALS as error:
        weights = [each for each in network.parameters() if each.is_floating_point()]
        alike = any((each.dtype, each.device) == (images.dtype, images.device) for each in weights)
        if not weights or alike or isinstance(error, HeedError | torch.OutOfMemoryError):
            raise
        raise InputError(
            f"images: found {images.dtype} on {images.device}; the network, with weights "
            f"{weights[0].dtype} on {weights[0].device}, says {str(error).splitlines()[0]!r}; "
            "expected images in the precision and on the device of the weights"
        ) from error
