import pytest
import torch
from torch import nn

import heed
from heed.explain.measured_placement import measured_placement
from heed.explain.placement import PlacementError
from heed.explain.receptive_field import receptive_field
from heed.explain.split import Layer


def convolutions(kernel: int, padding: int, pooling: nn.Module) -> nn.Sequential:
    """Stride 8 in all."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 16, kernel, stride=2, padding=padding), nn.ReLU(), pooling,
        nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kernel", "padding", "pooling"),
    [
        (7, 3, nn.MaxPool2d(3, 2, 1)),
        (2, 0, nn.AvgPool2d(2)),
        (7, (2, 4), nn.AvgPool2d(2)),
    ],
    ids=["ResNet", "blocks", "other padding along y than along x"],
)
def test_what_is_measured_is_what_arithmetic_finds(kernel, padding, pooling):
    network = convolutions(kernel, padding, pooling).train()
    layer, image = Layer("5", network[5]), torch.rand(1, 3, 160, 160)
    found = measured_placement(network, layer, lambda features: features, image)
    expected = receptive_field(network)
    for axis in ("y", "x"):
        assert getattr(found, axis).stride == getattr(expected, axis).stride == 8
        assert abs(getattr(found, axis).offset - getattr(expected, axis).offset) < 0.6
    # Nothing is left behind.
    assert all(module.training for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())


class Patches(nn.Module):
    """Tokens of patches of 16 pixels that see each other, as a transformer's."""

    def __init__(self, across: float = 0.1) -> None:
        super().__init__()
        self.embed, self.across = nn.Conv2d(3, 8, 16, stride=16), across
        self.norm, self.out = nn.LayerNorm(8), nn.Linear(8, 5)

    def forward(self, images):
        tokens = self.embed(images).flatten(2).transpose(1, 2)  # (B, T, D)
        mean = tokens.mean(1, keepdim=True)
        tokens = self.norm((1 - self.across) * tokens + self.across * mean)
        return self.out(tokens.mean(1))


def test_a_transformer_is_measured_where_arithmetic_does_not_know_its_layers():
    torch.manual_seed(0)
    network, images = Patches(), torch.rand(2, 3, 128, 96)
    with pytest.raises(PlacementError):
        receptive_field(network, "norm")
    tokens = {"layer": "norm", "reshape": lambda x: x.transpose(1, 2).reshape(len(x), 8, 8, 6)}
    result = heed.explain(network, images, **tokens)
    found = result.layers[0].placement("receptive_field", result.size)
    for axis in (found.y, found.x):
        assert axis.stride == 16
        assert abs(axis.offset - 7.5) < 0.3
    assert result.pixels(placement="receptive_field").shape == (2, 5, 128, 96)


def test_cells_that_look_everywhere_have_no_place():
    torch.manual_seed(0)
    network, images = Patches(across=1.0), torch.rand(2, 3, 128, 128)
    result = heed.explain(
        network, images, layer="norm",
        reshape=lambda x: x.expand(-1, 64, -1).transpose(1, 2).reshape(len(x), 8, 8, 8),
    )  # fmt: skip
    with pytest.raises(PlacementError, match=r"'norm' look at pixels .* more than a place.*half_p"):
        result.pixels(placement="receptive_field")


def test_what_cannot_be_differentiated_or_has_one_cell_is_refused():
    class Detached(nn.Module):
        def forward(self, images):
            return images.detach()[:, :, ::4, ::4]

    network, image = nn.Sequential(Detached(), nn.Identity()), torch.rand(1, 3, 32, 32)
    with pytest.raises(PlacementError, match="cannot be differentiated up to it"):
        measured_placement(network, Layer("1", network[1]), lambda features: features, image)
    network = nn.Sequential(nn.AdaptiveAvgPool2d(1))
    with pytest.raises(PlacementError, match="a grid of 1 x 1 cells cannot be measured"):
        measured_placement(network, Layer("0", network[0]), lambda features: features, image)
