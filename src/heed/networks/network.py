"""What all networks share: a trunk, a head, and an affine map that the head collapses to.

A network is cut at the features f before its last ReLU:

    f = trunk(normalize(images))            (B, C, H, W)
    z = head(f) = layers(mean over cells of relu(f))   (B, A)

Class activation maps are taken at f (or at relu(f)). Where the layers after the
pooling are affine, as in all networks of this package, they collapse to one
matrix and one bias, and the gradient of every logit is known without a backward
pass.
"""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from heed.base.errors import HeedError
from heed.networks.state import State

AFFINE_TOLERANCE = 1e-9


class NotAffineError(HeedError, ValueError):
    """A head is not an affine map of the pooled features."""


class Head(nn.Module):
    """ReLU, global average, then ``layers`` in their order.

    Args:
        layers: the layers after the pooling by name, ``(B, C)`` to ``(B, A)``.
            Linear layers only, where maps are to have a closed form.
    """

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        super().__init__()
        # In place it would overwrite the very features that the maps are taken at.
        self.relu = nn.ReLU(inplace=False)
        self.pool = nn.AdaptiveAvgPool2d(1)
        for name, layer in layers.items():
            self.add_module(name, layer)
        self.layer_names = tuple(layers)

    def forward(self, features: Tensor) -> Tensor:
        """Logits ``(B, A)`` of features ``(B, C, H, W)`` taken before the last ReLU."""
        return self.after_pooling(self.pool(self.relu(features)).flatten(1))

    def after_pooling(self, pooled: Tensor) -> Tensor:
        """Logits ``(B, A)`` of rectified and averaged features ``(B, C)``."""
        for name in self.layer_names:
            pooled = self.get_submodule(name)(pooled)
        return pooled


class Network(nn.Module):
    """A classifier of A attributes as trunk and head.

    Args:
        name: its name in the catalogue.
        trunk: maps normalised images ``(B, 3, S, S)`` to the features before the
            last ReLU, ``(B, C, S/32, S/32)``.
        head: maps these features to logits ``(B, A)``.
        mean: subtracted from the R, G and B channel of images in 0..1.
        std: what the channels are then divided by.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        name: str,
        trunk: nn.Module,
        head: Head,
        mean: Sequence[float] | Tensor = (0.0, 0.0, 0.0),
        std: Sequence[float] | Tensor = (1.0, 1.0, 1.0),
    ) -> None:
        super().__init__()
        self.name = name
        self.trunk = trunk
        self.head = head
        # On a CPU channels last in memory is 7 to 13 % faster; values and shapes are the same.
        for module in trunk.modules():
            if isinstance(module, nn.Conv2d):
                weight = module.weight.data
                module.weight.data = weight.contiguous(memory_format=torch.channels_last)
        # Constants of the architecture, not weights: they follow the device, but are not saved.
        self.register_buffer("mean", torch.as_tensor(mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.as_tensor(std).view(3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Logits ``(B, A)``, in the order of its labels, of RGB images in 0..1.

        Args:
            images: ``(B, 3, S, S)`` floating point, S a multiple of 32.
        """
        logits: Tensor = self.head(self.features(images))
        return logits

    def normalize(self, images: Tensor) -> Tensor:
        """RGB images in 0..1 as the trunk wants them.

        Raises:
            TypeError: if the images are integers.
        """
        if not images.is_floating_point():
            raise TypeError(
                f"images are {images.dtype}, expected floating point in 0..1: "
                "divide the 8-bit values by 255"
            )
        return (images - self.mean) / self.std

    def features(self, images: Tensor) -> Tensor:
        """Features before the last ReLU, ``(B, C, S/32, S/32)``, of RGB images in 0..1."""
        features: Tensor = self.trunk(self.normalize(images))
        return features

    def effective_head(self) -> tuple[Tensor, Tensor]:
        """Collapse all layers after the pooling to ``z = W a + b``.

        a is the mean over cells of relu(f). The bias is the head's answer to zero
        and the columns of W are its answers to the unit vectors, computed in
        float64; that the head is affine is then checked on random input.

        Returns:
            ``W (A, C)`` and ``b (A,)``, float32, detached, on the network's device.

        Raises:
            NotAffineError: if ``W a + b`` is not what the head computes.
        """
        # On the CPU, for not every device has float64.
        head = copy.deepcopy(self.head).cpu().eval().double()
        for parameter in head.parameters():
            parameter.requires_grad_(False)
        channels = _input_width(head)
        zero = torch.zeros(1, channels, dtype=torch.float64)
        unit = torch.eye(channels, dtype=torch.float64)
        with torch.no_grad():
            bias = head.after_pooling(zero)[0]
            weight = (head.after_pooling(unit) - bias).T
            error = _largest_error(head, weight, bias)
        if not error <= AFFINE_TOLERANCE:  # also when it is NaN
            raise NotAffineError(
                f"the head of {self.name} is not affine after the pooling: collapsed to one "
                f"matrix it is off by {error:.2g} of its logits' size; expected linear layers "
                f"only, found {', '.join(head.layer_names)}"
            )
        device = self.mean.device
        return weight.float().to(device), bias.float().to(device)

    def published_state(self) -> dict[str, Tensor]:
        """The state dict under the keys that the network's published weights have.

        These are the keys of trunk and head without a prefix: for ``affact`` the
        layer names of the Caffe network, for ``resnet51`` those of torchvision.
        """
        return {**self.trunk.state_dict(), **self.head.state_dict()}

    def load_published_state(self, state: State) -> None:
        """Load a state dict with exactly the keys of :meth:`published_state`."""
        trunk = self.trunk.state_dict().keys()
        self.trunk.load_state_dict({key: state[key] for key in state if key in trunk})
        self.head.load_state_dict({key: state[key] for key in state if key not in trunk})


def _input_width(head: Head) -> int:
    for layer in head.modules():
        if isinstance(layer, nn.Linear):
            return layer.in_features
    raise NotAffineError("the head has no linear layer after the pooling")


def _largest_error(head: Head, weight: Tensor, bias: Tensor) -> float:
    # Large, small and negative input: a kink anywhere between the layers shows in one of them.
    generator = torch.Generator().manual_seed(0)
    draws = torch.randn(64, weight.shape[1], generator=generator, dtype=torch.float64)
    scales = torch.logspace(-2, 2, len(draws), dtype=torch.float64)[:, None]
    pooled = torch.cat([draws, draws.abs()]) * torch.cat([scales, scales])
    logits = head.after_pooling(pooled)
    # Relative to the sizes that enter the sum, so that cancellation does not count as an error.
    size = pooled.abs() @ weight.abs().T + bias.abs()
    difference = (logits - (pooled @ weight.T + bias)).abs()
    return float((difference / size.clamp_min(torch.finfo(size.dtype).tiny)).max())
