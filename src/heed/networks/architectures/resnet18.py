"""``resnet18``: torchvision's ResNet-18 with one output of its classifier for each attribute."""

from typing import Final

from heed.networks.resnets import plain

ENTRY: Final = plain("resnet18")
