"""How many images pass a network at once within a budget of memory."""

from typing import Any, Final

import torch
from torch import Tensor, nn

from heed.explain.hooks import hooked
from heed.explain.modes import evaluation_mode

HELD: Final = 4
"""How many features as large as the largest are in memory at once, at the most expensive place: a
block's input, its branch, its sum, and what a convolution works in."""

FLOAT32: Final = 4


def fitting_batch(network: nn.Module, image: Tensor, memory: int, most: int) -> int:
    """The largest power of 2 of images whose features fit a budget.

    It follows from the network, the size of its images and the budget alone: neither from what
    memory is free nor from device and precision, so that a result comes out alike everywhere.

    Args:
        network: on any device; it is run on the image once.
        image: (1, ...), as the network takes it.
        memory: the budget in bytes, for features in float32. Weights, and the images themselves,
            come on top.
        most: the largest answer.

    Returns:
        1 to ``most``; 1 even where one image does not fit.

    Example:
        >>> network = nn.Conv2d(3, 16, 3, padding=1)  # 16 * 32 * 32 * 4 bytes an image, times 4
        >>> fitting_batch(network, torch.zeros(1, 3, 32, 32), memory=2**20, most=256)
        4
    """
    sizes = [image.numel()]

    def note(output: Any) -> None:
        tensors = output if isinstance(output, tuple | list) else [output]
        sizes.extend(each.numel() for each in tensors if isinstance(each, Tensor))

    with (
        torch.inference_mode(),
        evaluation_mode(network),
        hooked((module, note) for module in network.modules()),
    ):
        network(image)
    fitting = memory // (HELD * FLOAT32 * max(sizes))
    return min(most, 2 ** max(0, fitting.bit_length() - 1))
