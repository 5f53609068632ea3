"""The last block of a ResNet's trunk: apart, since it cannot do without torchvision."""

from torch import Tensor
from torchvision.models.resnet import Bottleneck


class LastBottleneck(Bottleneck):
    """torchvision's bottleneck without stride, up to the residual sum before its ReLU."""

    def forward(self, x: Tensor) -> Tensor:
        """The sum of ``x`` and its residual, both ``(B, C, H, W)``."""
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.relu(self.bn2(self.conv2(residual)))
        return self.bn3(self.conv3(residual)) + x
