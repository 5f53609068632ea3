"""torchvision's ResNets: with the attributes as their classifier, or behind it.

``resnet18``, ``resnet34``, ``resnet50``, ``resnet101`` and ``resnet152`` are torchvision's own,
whose last layer ``fc`` has one output for each attribute.

``resnet51`` and ``resnet153`` keep the classifier of ImageNet and add a layer: the AFFACT
re-implementation's ResNet-51-S (Chavannes & Rutishauser 2021) is the trunk
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

from heed.networks.architecture import Architecture
from heed.networks.network import Head, Network
from heed.networks.state import State, check_state

if TYPE_CHECKING:
    from torchvision.models import ResNet

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
IMAGENET_OUTPUTS: Final = 1000

IMAGENET_FILES: Final = {
    "resnet18": "resnet18-f37072fd.pth",
    "resnet34": "resnet34-b627a593.pth",
    "resnet50": "resnet50-19c8e357.pth",
    "resnet101": "resnet101-63fe2227.pth",
    "resnet152": "resnet152-394f9c45.pth",
}
"""torchvision's networks that a training can start from, and the files of their ImageNet weights,
as PyTorch publishes them."""

CLASSIFIER: Final = "fc"
"""torchvision's name of a ResNet's last layer."""


def imagenet_network(name: str) -> "ResNet":
    """One of torchvision's ResNets with random weights and the 1000 outputs of ImageNet.

    Args:
        name: one of :data:`IMAGENET_FILES`.
    """
    from torchvision import models  # here: it takes a second to import, and a nano needs none of it

    return models.get_model(name, weights=None)


def plain(name: str) -> Architecture:
    """The ResNet of torchvision of this name, with one output of ``fc`` for each attribute.

    A training that starts from ImageNet weights has all of them but ``fc``, which is random.
    """

    def build(outputs: int, pretrained_state: State | None = None) -> Network:
        resnet = _started(name, pretrained_state)
        if outputs != resnet.fc.out_features or pretrained_state is not None:
            resnet.fc = nn.Linear(resnet.fc.in_features, outputs)
        return _cut(name, resnet, {})

    return Architecture(build, CLASSIFIER, imagenet=name)


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
    resnet = _started(imagenet, pretrained_state)
    return _cut(name, resnet, {new_layer: nn.Linear(resnet.fc.out_features, outputs)})


def _started(imagenet: str, pretrained_state: State | None) -> "ResNet":
    resnet = imagenet_network(imagenet)
    if pretrained_state is not None:
        remedy = (
            f"Expected the state dict of torchvision's {imagenet} (for instance "
            f"{IMAGENET_FILES[imagenet]}), made by: "
            f"heed import-weights FILE --network {imagenet} -o OUT.safetensors"
        )
        check_state(resnet.state_dict(), pretrained_state, "pretrained", remedy)
        resnet.load_state_dict(pretrained_state)
    return resnet


def _cut(name: str, resnet: "ResNet", behind: dict[str, nn.Module]) -> Network:
    """The network in two halves at the features before its last ReLU."""
    from heed.networks.last_block import last_block  # here: it imports torchvision

    resnet.layer4[-1] = last_block(resnet.layer4[-1])
    layers = OrderedDict(resnet.named_children())
    layers.pop("avgpool")
    head = Head({CLASSIFIER: layers.pop(CLASSIFIER), **behind})
    return Network(name, nn.Sequential(layers), head, IMAGENET_MEAN, IMAGENET_STD)
