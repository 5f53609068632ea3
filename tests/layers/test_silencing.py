"""Zeros against surgery on the weights, and that nothing of them stays."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.overrides import _get_current_function_mode_stack
from torchvision import models

from heed.layers.features import LayerFeatures
from heed.layers.listing import layers_of
from heed.layers.silencing import silenced
from heed.layers.streaming import features_of
from tests.layers.test_calls import hooks_of
from tests.layers.test_listing import Gated

IMAGES = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def resnet():
    torch.manual_seed(0)
    network = models.resnet18(num_classes=5).eval()
    return network, layers_of(network, IMAGES)


@torch.no_grad()
def test_a_silent_channel_is_one_that_the_next_convolution_does_not_weigh(resnet):
    network, layers = resnet
    (relu,) = layers.choose(["layer2.0.relu:1"])
    without, units = copy.deepcopy(network), list(range(0, 128, 3))
    without.layer2[0].conv2.weight[:, units] = 0
    with silenced(network, relu, units[::-1], unit="channel"):
        torch.testing.assert_close(network(IMAGES), without(IMAGES), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(network(IMAGES), without(IMAGES), rtol=1e-3, atol=1e-2)


@torch.no_grad()
def test_silent_neurons_of_a_sum_that_works_in_place(resnet):
    """Worked out with the modules of the network themselves, one by one."""
    network, layers = resnet
    (added,) = layers.choose(["layer1.1.add"])
    units = np.random.default_rng(0).choice(added.features, added.features // 10, replace=False)
    x = network.maxpool(network.relu(network.bn1(network.conv1(IMAGES))))
    x = network.layer1[0](x)
    block = network.layer1[1]
    summed = block.bn2(block.conv2(block.relu(block.bn1(block.conv1(x))))) + x
    summed.flatten(1)[:, units] = 0
    x = network.layer4(network.layer3(network.layer2(summed.relu())))
    want = network.fc(network.avgpool(x).flatten(1))
    with silenced(network, added, units):
        torch.testing.assert_close(network(IMAGES), want)


def test_later_layers_of_the_silenced_network_and_the_zeros_themselves(resnet):
    network, layers = resnet
    chosen = layers.choose(["layer3.0.bn1", "layer3.0.relu:1", "layer3.0.conv2"])
    norm, relu, conv = chosen
    before = {each.layer: each.columns(range(9)) for each in features_of(network, IMAGES, chosen)}
    with silenced(network, relu, range(relu.features)):
        after = {
            each.layer: each.columns(range(9)) for each in features_of(network, IMAGES, chosen)
        }
    np.testing.assert_array_equal(after[norm], before[norm])
    assert before[relu].any()
    assert not after[relu].any()
    assert before[conv].any()
    assert not after[conv].any()
    again = LayerFeatures(network, IMAGES, conv).columns(range(9))
    np.testing.assert_array_equal(again, before[conv])


@torch.no_grad()
def test_zeros_take_the_place_of_nan_and_two_layers_can_be_silent():
    network = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Identity(), nn.ReLU(), nn.Tanh())
    first, relu, _ = layers_of(network, torch.ones(1, 2))
    network[0].weight.copy_(torch.tensor([[torch.nan, 1], [1, 1]]))
    with silenced(network, first, [0]), silenced(network, relu, [1], unit="channel"):
        assert network(torch.ones(1, 2)).tolist() == [[0.0, 0.0]]
    with silenced(network, first, []):
        assert network(torch.ones(1, 2))[0, 0].isnan()


class InPlace(nn.Module):
    """Goes on with a tensor that was written into, not with what the function returns."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 3, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.fc(x)
        x.relu_()
        return x


@torch.no_grad()
def test_what_was_written_into_is_silent_too_and_nan_is_there():
    network = InPlace()
    network.fc.weight.copy_(torch.tensor([[1.0, 1], [torch.nan, 1], [2, 2]]))
    _, relu = layers_of(network, torch.ones(1, 2))
    with silenced(network, relu, [1, 2]):
        assert network(torch.ones(1, 2)).tolist() == [[2.0, 0.0, 0.0]]


def test_gradients_pass_by_what_is_silent():
    network = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    linear, _ = layers_of(network, torch.ones(1, 2))
    nn.init.ones_(network[0].weight)
    with silenced(network, linear, [1]):
        network(torch.ones(1, 2)).sum().backward()
    assert network[0].weight.grad[:, 0].tolist() == [1.0, 0.0, 1.0]


def test_nothing_stays_behind_an_error():
    network = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    linear, _ = layers_of(network, torch.ones(1, 2))
    with pytest.raises(RuntimeError), silenced(network, linear, [1]):
        network(torch.ones(1, 3))
    assert hooks_of(network) == 0
    assert not _get_current_function_mode_stack()


def test_a_pass_that_does_not_come_to_the_layer_is_refused():
    network = Gated()
    _, bright, _ = layers_of(network, torch.ones(1, 3, 4, 4))
    with silenced(network, bright, [0]):
        with pytest.raises(ValueError, match="'bright': a pass did not come to it"):
            network(torch.zeros(1, 3, 4, 4))
        with pytest.raises(ValueError, match=r"found features \(3, 5, 5\); expected \(3, 4, 4\)"):
            network(torch.ones(1, 3, 5, 5))
        network(torch.ones(1, 3, 4, 4))


@pytest.mark.parametrize(
    ("units", "unit", "said"),
    [
        ([-1], "neuron", "layer '0': neurons: found -1 to -1; expected 0 to 17"),
        ([18], "neuron", "expected 0 to 17"),
        ([2], "channel", "channels: found 2 to 2; expected 0 to 1"),
        ([0.5], "neuron", "found float64"),
        ([True] * 18, "neuron", "found bool"),
        ([0], "pixel", "unit: found 'pixel'; expected neuron, channel"),
    ],
)
def test_units_that_are_not_there_are_refused(units, unit, said):
    network = nn.Sequential(nn.Conv2d(3, 2, 2))
    (conv,) = layers_of(network, torch.ones(1, 3, 4, 4))
    with pytest.raises(ValueError, match=said), silenced(network, conv, units, unit):
        raise AssertionError("never reached")
