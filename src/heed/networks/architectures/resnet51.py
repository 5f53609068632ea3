"""``resnet51``: ResNet-51-S, torchvision's ResNet-50 with the attributes behind its classifier."""

from typing import Final

from heed.networks.architecture import Architecture
from heed.networks.network import Network
from heed.networks.resnets import with_outputs
from heed.networks.state import State

NEW_LAYER: Final = "fc51"
IMAGENET: Final = "resnet50"


def resnet51(outputs: int, pretrained_state: State | None = None) -> Network:
    """A ``resnet51``; its new layer ``fc51`` has PyTorch's default initialisation.

    That is U(-sqrt(1/1000), sqrt(1/1000)) for weights and biases.

    Args:
        outputs: number of logits.
        pretrained_state: a state dict of torchvision's ResNet-50 to start from;
            without it all weights are random. Nothing is ever downloaded.

    Raises:
        WeightsError: if ``pretrained_state`` is not a ResNet-50's, naming keys.
    """
    return with_outputs("resnet51", IMAGENET, NEW_LAYER, outputs, pretrained_state)


ENTRY: Final = Architecture(resnet51, NEW_LAYER, imagenet=IMAGENET)
