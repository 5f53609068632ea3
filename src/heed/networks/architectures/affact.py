"""``affact``: the official AFFACT network, a Caffe ResNet-50, layer by layer under its names.

It differs from torchvision's ResNet-50: the stride is in the first 1x1
convolution of a stage, ``conv1`` has a bias, the max-pooling pads at the right
and at the bottom only, and the input is RGB/255 without normalisation. Behind the
global average are ``fc1000_1`` (2048 to 1000) and ``attributes_1`` (1000 to 40),
without an activation between them. The network was trained on targets -1 and +1:
its logits are scores, decided at 0.
"""

from typing import Final, NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from heed.networks.architecture import Architecture
from heed.networks.network import Head, Network


class Stage(NamedTuple):
    """One row of the ResNet-50 table; its blocks are called ``<number><letter>``."""

    number: int
    blocks: str
    inputs: int
    width: int
    stride: int


STAGES = (
    Stage(2, "abc", inputs=64, width=64, stride=1),
    Stage(3, "abcd", inputs=256, width=128, stride=2),
    Stage(4, "abcdef", inputs=512, width=256, stride=2),
    Stage(5, "abc", inputs=1024, width=512, stride=2),
)
BLOCKS = tuple(f"{stage.number}{letter}" for stage in STAGES for letter in stage.blocks)
EXPANSION = 4
OUTPUT_LAYER: Final = "attributes_1"

EPSILON: Final = 9.999999747378752e-06
"""Of the batch normalisations: the official network's, 1e-5 as a number of 32 bits."""


class AffactTrunk(nn.Module):
    """Caffe's ResNet-50 v1 up to ``res5c``, the last residual sum before its ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn_conv1 = nn.BatchNorm2d(64, eps=EPSILON)
        # Caffe rounds sizes up: a window may hang over the right and the bottom edge.
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
        for stage in STAGES:
            outputs = EXPANSION * stage.width
            for letter in stage.blocks:
                block = f"{stage.number}{letter}"
                first = letter == "a"
                inputs, stride = (stage.inputs, stage.stride) if first else (outputs, 1)
                if first:
                    self._add(block, "branch1", inputs, outputs, 1, stride)
                self._add(block, "branch2a", inputs, stage.width, 1, stride)
                self._add(block, "branch2b", stage.width, stage.width, 3, 1)
                self._add(block, "branch2c", stage.width, outputs, 1, 1)

    def _add(
        self, block: str, branch: str, inputs: int, outputs: int, kernel: int, stride: int
    ) -> None:
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
        self.add_module(f"res{block}_{branch}", convolution)
        self.add_module(f"bn{block}_{branch}", nn.BatchNorm2d(outputs, eps=EPSILON))

    def forward(self, images: Tensor) -> Tensor:
        """Features before the last ReLU, ``(B, 2048, S/32, S/32)``, of RGB images in 0..1."""
        features = self.pool1(functional.relu(self.bn_conv1(self.conv1(images))))
        for block in BLOCKS[:-1]:
            features = functional.relu(self._residual_sum(block, features))
        return self._residual_sum(BLOCKS[-1], features)

    def _residual_sum(self, block: str, features: Tensor) -> Tensor:
        residual = functional.relu(self._normed(block, "branch2a", features))
        residual = functional.relu(self._normed(block, "branch2b", residual))
        residual = self._normed(block, "branch2c", residual)
        first = block.endswith("a")
        return residual + (self._normed(block, "branch1", features) if first else features)

    def _normed(self, block: str, branch: str, features: Tensor) -> Tensor:
        convolved = self.get_submodule(f"res{block}_{branch}")(features)
        normed: Tensor = self.get_submodule(f"bn{block}_{branch}")(convolved)
        return normed


def affact(outputs: int) -> Network:
    """An ``affact`` with random weights, in the layout of the official ones, which have 40 outputs.

    Args:
        outputs: number of logits.
    """
    head = Head({"fc1000_1": nn.Linear(2048, 1000), OUTPUT_LAYER: nn.Linear(1000, outputs)})
    return Network("affact", AffactTrunk(), head)


ENTRY: Final = Architecture(affact, OUTPUT_LAYER)
