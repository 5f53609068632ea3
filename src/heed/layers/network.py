"""A network as this room takes it: a module that can be watched, run on one batch of images."""

from inspect import signature
from typing import Any

import torch
from torch import nn

from heed.base.errors import InputError
from heed.explain.layers import unwrapped


def network_of(given: Any) -> nn.Module:
    """The network itself, from within wrappers (DataParallel, ``torch.compile``).

    Args:
        given: what a function of this room was given.

    Raises:
        InputError: no module, TorchScript, weights without values (the device ``meta``), or a
            ``forward`` that cannot be called with images alone.

    Example:
        >>> network_of(nn.Bilinear(2, 2, 1))
        Traceback (most recent call last):
        heed.base.errors.InputError: network: Bilinear.forward takes (input1...)...
    """
    if not isinstance(given, nn.Module) or isinstance(given, torch.jit.ScriptModule):
        raise InputError(
            f"network: found {type(given).__name__}; expected a torch.nn.Module, and no "
            "TorchScript, which does not tell what it calls"
        )
    network = unwrapped(given)
    tensors = (*network.named_parameters(), *network.named_buffers())
    if without := [name for name, tensor in tensors if tensor.is_meta]:
        raise InputError(
            f"network: {without[0]} of {type(network).__name__} lies on the device meta, without "
            "values; expected weights: network.to_empty(device='cpu'), then load_state_dict"
        )
    _check_takes_images_alone(network)
    return network


def _check_takes_images_alone(network: nn.Module) -> None:
    try:
        takes = signature(network.forward)
    except (TypeError, ValueError):  # written in C, which tells nothing; the network itself will
        return
    try:
        takes.bind(None)
    except TypeError:
        raise InputError(
            f"network: {type(network).__name__}.forward takes {takes}; expected one that is called "
            "with a batch of images alone: wrap it in a module whose forward(images) gives it the "
            "rest"
        ) from None
