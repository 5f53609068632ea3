"""What ``resnet51`` and ``resnet153`` share: a ResNet with the attributes behind its classifier.

The AFFACT re-implementation's ResNet-51-S (Chavannes & Rutishauser 2021): the trunk
of ResNet-50 v1.5 (stride in the 3x3 convolution), global average, ``fc`` 2048 to
1000 (the ImageNet classifier), ``fc51`` 1000 to 40 attributes, and no activation between the
two. ``resnet153`` is the same construction on ResNet-152, with ``fc153``: the
ResNet-153-S of their outlook.

The code released with that report has another head on ResNet-152: ReLU, 1000 to
128, ReLU, 128 to 40. It is not built here: with an activation after the pooling a
head is no affine map, and the maps of its logits have no closed form.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from torch import nn

from heed.networks.network import Head, Network
from heed.networks.state import State, check_state

if TYPE_CHECKING:
    from torchvision.models import ResNet

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

IMAGENET_FILES: Final = {
    "resnet50": "resnet50-19c8e357.pth",
    "resnet152": "resnet152-394f9c45.pth",
}
"""torchvision's networks that a training can start from, and the files of their ImageNet weights,
as PyTorch publishes them."""


def imagenet_network(name: str) -> "ResNet":
    """One of torchvision's ResNets with random weights.

    Args:
        name: one of :data:`IMAGENET_FILES`.
    """
    from torchvision import models  # here: it takes a second to import, and a nano needs none of it

    return models.get_model(name, weights=None)


def with_outputs(
    name: str, imagenet: str, new_layer: str, outputs: int, pretrained_state: State | None = None
) -> Network:
    """One of torchvision's ResNets with one more linear layer behind its classifier.

    Args:
        name: of the network that this makes.
        imagenet: one of :data:`IMAGENET_FILES`.
        new_layer: name of the layer; it has PyTorch's default initialisation.
        outputs: of the layer, the number of logits.
        pretrained_state: a state dict of ``imagenet`` to start from; without it all weights
            are random. Nothing is ever downloaded.

    Raises:
        WeightsError: if ``pretrained_state`` is not one of ``imagenet``, naming keys.
    """
    from heed.networks.last_bottleneck import LastBottleneck  # here: it imports torchvision

    resnet = imagenet_network(imagenet)
    if pretrained_state is not None:
        remedy = (
            f"Expected the state dict of torchvision's {imagenet} (for instance "
            f"{IMAGENET_FILES[imagenet]}), made by: "
            f"heed import-weights FILE --network {imagenet} -o OUT.safetensors"
        )
        check_state(resnet.state_dict(), pretrained_state, "pretrained", remedy)
        resnet.load_state_dict(pretrained_state)
    last = LastBottleneck(inplanes=2048, planes=512)
    last.load_state_dict(resnet.layer4[-1].state_dict())
    resnet.layer4[-1] = last
    layers = OrderedDict(resnet.named_children())
    layers.pop("avgpool")
    fc = layers.pop("fc")
    head = Head({"fc": fc, new_layer: nn.Linear(fc.out_features, outputs)})
    return Network(name, nn.Sequential(layers), head, IMAGENET_MEAN, IMAGENET_STD)
