"""The last block of a ResNet's trunk: apart, since it cannot do without torchvision."""

from torch import Tensor
from torchvision.models.resnet import BasicBlock, Bottleneck


class LastBasicBlock(BasicBlock):
    """torchvision's block of two convolutions, without stride, up to the sum before its ReLU."""

    def forward(self, x: Tensor) -> Tensor:
        """The sum of ``x`` and its residual, both ``(B, C, H, W)``."""
        residual = self.relu(self.bn1(self.conv1(x)))
        return self.bn2(self.conv2(residual)) + x


class LastBottleneck(Bottleneck):
    """torchvision's bottleneck without stride, up to the residual sum before its ReLU."""

    def forward(self, x: Tensor) -> Tensor:
        """The sum of ``x`` and its residual, both ``(B, C, H, W)``."""
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.relu(self.bn2(self.conv2(residual)))
        return self.bn3(self.conv3(residual)) + x


def last_block(block: BasicBlock | Bottleneck) -> LastBasicBlock | LastBottleneck:
    """A block of torchvision's without its last ReLU, with copies of the same weights."""
    last: LastBasicBlock | LastBottleneck
    if isinstance(block, BasicBlock):
        last = LastBasicBlock(inplanes=block.conv1.in_channels, planes=block.conv2.out_channels)
    else:
        last = LastBottleneck(inplanes=block.conv1.in_channels, planes=block.conv2.out_channels)
    last.load_state_dict(block.state_dict())
    return last
