"""What is on and off for as long as an explanation takes, and then as it was again."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def evaluation_mode(network: nn.Module) -> Iterator[None]:
    """Put a network into eval mode, and afterwards each module back as it was."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Whether autograd records; how it was comes back afterwards, whatever a hook did."""
    with torch.inference_mode(False), torch.set_grad_enabled(on):
        yield
