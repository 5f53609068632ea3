"""Small networks of the plans of ResNet, MobileNetV2 and VGG, for few pixels and few cores.

Each maps images to the features that a last linear layer decides from. On 112 pixels the last grid
has 7x7 cells, as their large models have on 224. Every activation is a module of its own, so that
each can be looked at.
"""

from collections import OrderedDict
from typing import Final

import torch.fx
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.mobilenetv2 import InvertedResidual
from torchvision.ops.misc import Conv2dNormActivation

STAGES: Final = 3
"""Of residual and bottleneck networks, behind a first convolution of stride 2; each halves."""

EXPANSION: Final = 4
"""Channels inside a bottleneck, as a multiple of those that enter; MobileNetV2 has 6."""

HIDDEN: Final = 16
"""Features of the linear layer of the plain network, as a multiple of its width."""

DROPOUT: Final = 0.5
"""In front of the last linear layer of the plain network, as VGG has it."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al. 2016), named as torchvision's.

    Args:
        inputs: channels in.
        outputs: channels out.
        stride: 2 halves the image.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
        self.relu2 = nn.ReLU()

    def forward(self, features: Tensor) -> Tensor:
        """The rectified sum of both branches."""
        branch = self.relu1(self.bn1(self.conv1(features)))
        branch = self.bn2(self.conv2(branch))
        summed: Tensor = self.relu2(branch + self.downsample(features))
        return summed


@torch.fx.wrap  # one step for those who trace the network
def _seven_by_seven(features: Tensor) -> Tensor:
    if features.shape[2] == features.shape[3] == 7:
        return features
    return functional.adaptive_avg_pool2d(features, 7)


class SevenBySeven(nn.AdaptiveAvgPool2d):
    """VGG's pooling to 7x7 cells, which leaves such a grid alone.

    PyTorch has no deterministic gradient of the general pooling on a GPU.
    """

    def __init__(self) -> None:
        super().__init__(7)

    def forward(self, features: Tensor) -> Tensor:
        """Features (B, C, 7, 7)."""
        return _seven_by_seven(features)


def small_residual(width: int, depth: int) -> tuple[nn.Module, int]:
    """ResNet's plan: a convolution, stages of residual blocks, global average pooling.

    Args:
        width: channels of the convolution and the first stage; each further stage doubles them.
        depth: blocks per stage.

    Returns:
        The network up to its features (B, D), and D.

    Example:
        >>> import torch
        >>> body, features = small_residual(width=8, depth=1)
        >>> body(torch.zeros(2, 3, 112, 112)).shape, features
        (torch.Size([2, 32]), 32)
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=nn.Conv2d(3, width, 3, 2, 1, bias=False), bn1=nn.BatchNorm2d(width), relu=nn.ReLU()
    )
    channels = width
    for stage in range(STAGES):
        blocks = []
        for block in range(depth):
            outputs = width * 2**stage
            blocks.append(ResidualBlock(channels, outputs, stride=2 if block == 0 else 1))
            channels = outputs
        layers[f"layer{stage + 1}"] = nn.Sequential(*blocks)
    layers["avgpool"], layers["flatten"] = nn.AdaptiveAvgPool2d(1), nn.Flatten()
    body = nn.Sequential(layers)
    for module in body.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return body, channels


def small_bottleneck(width: int, depth: int) -> tuple[nn.Module, int]:
    """MobileNetV2's plan: inverted bottlenecks with linear outputs (Sandler et al. 2018).

    A convolution, stages of inverted bottlenecks (the first block of each stage halves the image,
    the others have a shortcut), a 1x1 convolution to four times the channels, global average
    pooling.

    Args:
        width: channels of the convolution and the first stage; each further stage doubles them.
        depth: blocks per stage.

    Returns:
        As of :func:`small_residual`.
    """
    features: list[nn.Module] = [_convolution(3, width, 3, 2)]
    channels = width
    for stage in range(STAGES):
        for block in range(depth):
            outputs = width * 2**stage
            stride = 2 if block == 0 else 1
            features.append(InvertedResidual(channels, outputs, stride, EXPANSION))
            channels = outputs
    features.append(_convolution(channels, 4 * channels, 1, 1))
    body = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(*features), avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten()
        )
    )
    for module in body.modules():
        if isinstance(module, nn.Conv2d):
            # By what goes in: torch counts what comes out of a depthwise convolution without
            # regard to its groups, and weights that are far too small take far too large steps.
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
    return body, 4 * channels


def small_plain(width: int, depth: int) -> tuple[nn.Module, int]:
    """VGG's plan: 3x3 convolutions with biases, max pooling, and linear layers on flattened cells.

    Four stages (of 1, 1, ``depth`` and ``depth`` convolutions) that each end in max pooling, then a
    linear layer of 16 x ``width`` features, ReLU and dropout (Simonyan & Zisserman 2015).

    Args:
        width: channels of the first stage; each further stage doubles them.
        depth: convolutions of the third and fourth stage.

    Returns:
        As of :func:`small_residual`.
    """
    features: list[nn.Module] = []
    channels = 3
    for stage, convolutions in enumerate((1, 1, depth, depth)):
        for _ in range(convolutions):
            outputs = width * 2**stage
            convolution = nn.Conv2d(channels, outputs, 3, padding=1)
            nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
            if convolution.bias is not None:
                nn.init.zeros_(convolution.bias)
            features += [convolution, nn.ReLU()]
            channels = outputs
        features.append(nn.MaxPool2d(2))
    hidden = HIDDEN * width
    classifier = nn.Sequential(nn.Linear(49 * channels, hidden), nn.ReLU(), nn.Dropout(DROPOUT))
    body = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(*features),
            avgpool=SevenBySeven(),
            flatten=nn.Flatten(),
            classifier=classifier,
        )
    )
    return body, hidden


def _convolution(inputs: int, outputs: int, side: int, stride: int) -> nn.Module:
    module: nn.Module = Conv2dNormActivation(
        inputs, outputs, side, stride, activation_layer=nn.ReLU6
    )
    return module
