"""``resnet51_ext_leaky``: ``resnet51_ext`` with leaky ReLUs between the layers of its head.

See :mod:`heed.networks.extension`.
"""

from typing import Final

from heed.networks.architecture import Architecture
from heed.networks.architectures.resnet51 import IMAGENET, resnet51
from heed.networks.extension import EXTENSION_LAYER, extended
from heed.networks.network import Network
from heed.networks.state import State


def resnet51_ext_leaky(outputs: int, pretrained_state: State | None = None) -> Network:
    """A ``resnet51_ext_leaky``; its ``resnet51`` may start from ImageNet weights."""
    return extended(resnet51(outputs, pretrained_state), leaky=True)


ENTRY: Final = Architecture(
    resnet51_ext_leaky, EXTENSION_LAYER, extends="resnet51", imagenet=IMAGENET
)
