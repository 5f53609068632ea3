"""``nano``: a residual network small enough to be trained on two cores in minutes.

A stem of stride 4 and three residual blocks, which halve the image and double
the channels, lead from 224 pixels to 7x7 cells with 256 channels: 0.6 million
weights. The maps are as coarse as a ResNet-50's.

The deeper blocks mix their channels with 1x1 instead of a second 3x3 convolution,
so that a cell sees 79 pixels around it and not most of the face: trained on few
faces, a network that sees everything everywhere has maps that say little.
"""

from collections import OrderedDict
from typing import Final

from torch import Tensor, nn
from torch.nn import functional

from heed.networks.architecture import Architecture
from heed.networks.network import Head, Network

WIDTH = 32
OUTPUT_LAYER: Final = "attributes"


class ResidualBlock(nn.Module):
    """Two convolutions beside a 1x1 projection, at half the resolution; no last ReLU.

    Args:
        inputs: channels in.
        outputs: channels out.
        second: side of the second convolution's kernel; the first one's is 3.
    """

    def __init__(self, inputs: int, outputs: int, second: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, second, padding=second // 2, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.projection = nn.Conv2d(inputs, outputs, 1, stride=2, bias=False)
        self.projection_bn = nn.BatchNorm2d(outputs)

    def forward(self, features: Tensor) -> Tensor:
        """The residual sum before its ReLU; ``features`` are rectified here."""
        features = functional.relu(features)
        residual = functional.relu(self.bn1(self.conv1(features)))
        residual = self.bn2(self.conv2(residual))
        return residual + self.projection_bn(self.projection(features))


def nano(outputs: int) -> Network:
    """A ``nano`` with random weights. Input RGB is mapped from 0..1 to -2..2.

    Args:
        outputs: number of logits.
    """
    trunk = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, WIDTH, 7, stride=4, padding=3, bias=False),
            bn1=nn.BatchNorm2d(WIDTH),
            block1=ResidualBlock(WIDTH, 2 * WIDTH, 3),
            block2=ResidualBlock(2 * WIDTH, 4 * WIDTH, 1),
            block3=ResidualBlock(4 * WIDTH, 8 * WIDTH, 1),
        )
    )
    for module in trunk.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    head = Head({OUTPUT_LAYER: nn.Linear(8 * WIDTH, outputs)})
    return Network("nano", trunk, head, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))


ENTRY: Final = Architecture(nano, OUTPUT_LAYER)
