"""A family of residual networks in which depth, normalisation, dropout and stride are parameters.

A stem of stride 4 is followed by stages that halve the image and double the channels until the
stride is reached: on 112 pixels stride 16 gives 7x7 cells. A stage has ``depth`` residual blocks
(He et al. 2016, *Deep Residual Learning for Image Recognition*); the first one halves the image.

Without batch normalisation the second convolution of each block starts at 0, so that a block starts
as its shortcut and deep networks can be trained all the same (Zhang, Dauphin & Ma 2019, *Fixup*).
"""

from collections import OrderedDict
from math import log2
from typing import Final

from torch import Tensor, nn
from torch.nn import functional

from heed.networks.network import Head, Network
from heed.small_networks.settings import SmallNetwork

NAME: Final = "small"
OUTPUT_LAYER: Final = "output"
STEM_STRIDE: Final = 4


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut; no last ReLU, as the next block has it.

    Args:
        inputs: channels in.
        outputs: channels out.
        stride: 2 halves the image.
        batch_norm: whether the convolutions are normalised; else they have biases.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, batch_norm: bool) -> None:
        super().__init__()
        self.conv1 = _convolution(inputs, outputs, 3, stride, batch_norm)
        self.norm1 = _norm(outputs, batch_norm)
        self.conv2 = _convolution(outputs, outputs, 3, 1, batch_norm)
        self.norm2 = _norm(outputs, batch_norm)
        same = inputs == outputs and stride == 1
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(
                _convolution(inputs, outputs, 1, stride, batch_norm), _norm(outputs, batch_norm)
            )
        )
        if not batch_norm:
            nn.init.zeros_(self.conv2.weight)

    def forward(self, features: Tensor) -> Tensor:
        """The residual sum before its ReLU; ``features`` are rectified here."""
        features = functional.relu(features)
        residual = functional.relu(self.norm1(self.conv1(features)))
        summed: Tensor = self.norm2(self.conv2(residual)) + self.shortcut(features)
        return summed


def small_network(recipe: SmallNetwork, outputs: int) -> Network:
    """A network of the family with random weights. Input RGB is mapped from 0..1 to -2..2.

    Args:
        recipe: what it is made of.
        outputs: number of logits.

    Example:
        >>> import torch
        >>> recipe = SmallNetwork(depth=2, batch_norm=True, dropout=0.0, stride=16, width=8)
        >>> network = small_network(recipe, outputs=1)
        >>> network.features(torch.zeros(2, 3, 112, 112)).shape
        torch.Size([2, 32, 7, 7])
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        stem=_convolution(3, recipe.width, 7, STEM_STRIDE, recipe.batch_norm),
        stem_norm=_norm(recipe.width, recipe.batch_norm),
    )
    channels = recipe.width
    for stage in range(int(log2(recipe.stride // STEM_STRIDE))):
        for block in range(recipe.depth):
            wider = 2 * channels if block == 0 else channels
            stride = 2 if block == 0 else 1
            layers[f"stage{stage + 1}_block{block + 1}"] = Block(
                channels, wider, stride, recipe.batch_norm
            )
            channels = wider
    head: dict[str, nn.Module] = {"dropout": nn.Dropout(recipe.dropout)}
    if recipe.dropout == 0:
        head.clear()
    head[OUTPUT_LAYER] = nn.Linear(channels, outputs)
    middle, spread = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
    return Network(NAME, nn.Sequential(layers), Head(head), mean=middle, std=spread)


def _convolution(inputs: int, outputs: int, side: int, stride: int, batch_norm: bool) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, outputs, side, stride=stride, padding=side // 2, bias=not batch_norm)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _norm(channels: int, batch_norm: bool) -> nn.Module:
    return nn.BatchNorm2d(channels) if batch_norm else nn.Identity()
