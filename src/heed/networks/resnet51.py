"""``resnet51``: torchvision's ResNet-50 with its classifier kept and 40 attributes behind it.

The AFFACT re-implementation's ResNet-51-S: the trunk of ResNet-50 v1.5 (stride
in the 3x3 convolution), global average, ``fc`` 2048 to 1000 (the ImageNet
classifier), ``fc51`` 1000 to 40, and no activation between the two.
"""

from collections import OrderedDict

from torch import Tensor, nn
from torchvision.models import resnet50
from torchvision.models.resnet import Bottleneck

from heed.attributes import ATTRIBUTE_COUNT
from heed.networks.network import Head, Network
from heed.networks.state import State, check_state

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

PRETRAINED_REMEDY = (
    "Expected the state dict of torchvision's ResNet-50 (for instance resnet50-19c8e357.pth), "
    "made by: heed import-weights FILE --network resnet50 -o OUT.safetensors"
)


class LastBottleneck(Bottleneck):
    """torchvision's bottleneck without stride, up to the residual sum before its ReLU."""

    def forward(self, x: Tensor) -> Tensor:
        """The sum of ``x`` and its residual, both ``(B, C, H, W)``."""
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.relu(self.bn2(self.conv2(residual)))
        return self.bn3(self.conv3(residual)) + x


def resnet51(pretrained_state: State | None = None) -> Network:
    """A ``resnet51``; its new layer has PyTorch's default initialisation.

    That is U(-sqrt(1/1000), sqrt(1/1000)) for weights and biases of ``fc51``.

    Args:
        pretrained_state: a state dict of torchvision's ResNet-50 to start from;
            without it all weights are random. Nothing is ever downloaded.

    Raises:
        WeightsError: if ``pretrained_state`` is not a ResNet-50's, naming keys.
    """
    resnet = resnet50(weights=None)
    if pretrained_state is not None:
        check_state(resnet.state_dict(), pretrained_state, "pretrained", PRETRAINED_REMEDY)
        resnet.load_state_dict(pretrained_state)
    last = LastBottleneck(inplanes=2048, planes=512)
    last.load_state_dict(resnet.layer4[-1].state_dict())
    resnet.layer4[-1] = last
    layers = OrderedDict(resnet.named_children())
    layers.pop("avgpool")
    fc = layers.pop("fc")
    head = Head({"fc": fc, "fc51": nn.Linear(fc.out_features, ATTRIBUTE_COUNT)})
    return Network("resnet51", nn.Sequential(layers), head, IMAGENET_MEAN, IMAGENET_STD)
