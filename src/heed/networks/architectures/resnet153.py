"""``resnet153``: like ``resnet51``, on torchvision's ResNet-152."""

from typing import Final

from heed.networks.architecture import Architecture
from heed.networks.network import Network
from heed.networks.resnets import with_outputs
from heed.networks.state import State

NEW_LAYER: Final = "fc153"
IMAGENET: Final = "resnet152"


def resnet153(outputs: int, pretrained_state: State | None = None) -> Network:
    """A ``resnet153``; see :func:`heed.networks.architectures.resnet51.resnet51`."""
    return with_outputs("resnet153", IMAGENET, NEW_LAYER, outputs, pretrained_state)


ENTRY: Final = Architecture(resnet153, NEW_LAYER, imagenet=IMAGENET)
