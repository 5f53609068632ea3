"""Logits that are no numbers: which image, and which layer made them."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.hooks import hooked
from heed.explain.modes import recording


def check_finite(network: nn.Module, images: Tensor, logits: Tensor, start: int) -> None:
    """Check that logits are finite.

    Args:
        network: in eval mode; it is run once more where they are not.
        images: (B, ...).
        logits: (B, A).
        start: the number of the first image.

    Raises:
        ValueError: naming the image, the output, and the first layer whose output is not finite;
            or the image alone, where its own pixels are not.
    """
    wrong = ~torch.isfinite(logits)
    if not bool(wrong.any()):
        return
    image, output = wrong.nonzero()[0].tolist()
    if not bool(torch.isfinite(images[image]).all()):
        raise InputError(
            f"image {start + image} (counted from 0) itself holds NaN or infinity, as the network "
            "takes it; expected finite pixels: see what was read, and what preprocess= makes of it"
        )
    layer = _first_not_finite(network, images[image : image + 1])
    place = f"; the first layer that puts out NaN or infinity is {layer}" if layer else ""
    raise InputError(
        f"the logit of image {start + image} (counted from 0) and output {output} is not finite"
        f"{place}. Were the weights trained to the end?"
    )


def _first_not_finite(network: nn.Module, image: Tensor) -> str | None:
    found: list[str] = []

    def look(name: str, output: Any) -> None:
        if isinstance(output, Tensor) and not found and not bool(torch.isfinite(output).all()):
            found.append(name)

    leaves = (
        (module, partial(look, f"{name!r} ({type(module).__name__})"))
        for name, module in network.named_modules()
        if name and not any(module.children())
    )
    with hooked(leaves), recording(False):
        network(image.clone())
    return found[0] if found else None
