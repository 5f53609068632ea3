"""From map losses to the weights of a network, held to finite differences and to autograd alone."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from heed.explain.postprocess import EPSILON
from heed.guidance.catalogue import LOSSES, map_loss
from heed.guidance.maps import guided_pass, scaled
from heed.networks.network import Head, Network

LOOKING = [name for name in LOSSES if LOSSES[name].looks]
OUTPUTS = [2, 0]
SIGNS = torch.tensor([[-1.0, 1], [1, -1], [-1, 1]])


def network(*layers: nn.Module) -> Network:
    torch.manual_seed(1)
    trunk = nn.Sequential(nn.Conv2d(3, 6, 3, stride=2), nn.Tanh(), nn.Conv2d(6, 16, 3, padding=1))
    made = Network("tiny", trunk, Head({f"layer{n}": each for n, each in enumerate(layers)}))
    for parameter in made.parameters():
        nn.init.normal_(parameter)
    return made.double()


def affine() -> Network:
    return network(nn.Linear(16, 5), nn.Dropout(0.5), nn.Linear(5, 4)).eval()


def leaky() -> Network:
    return network(nn.Linear(16, 5), nn.LeakyReLU(), nn.Linear(5, 4)).eval()


def given() -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(2)
    images = torch.rand(3, 3, 11, 11, generator=generator, dtype=torch.float64)
    regions, weights = torch.rand(2, 3, 2, 5, 5, generator=generator, dtype=torch.float64)
    return images, (2 * regions - 1).clamp_min(0), 1 + weights


@pytest.mark.parametrize("layer", ["before_relu", "after_relu", "trunk.2"])
@pytest.mark.parametrize("make", [affine, leaky])
@pytest.mark.parametrize("name", LOOKING)
def test_by_every_weight_they_are_those_of_finite_differences(name, make, layer) -> None:
    made, loss = make(), map_loss(name)
    images, regions, weights = given()

    def maps() -> Tensor:
        return guided_pass(made, images, OUTPUTS, layer, SIGNS).maps

    found = maps()
    assert (found.detach().amax((2, 3)) > 0).sum() >= 4
    loss(scaled(found), regions, weights).sum().backward()
    # What is constant to the gradient stays as it is while the weights move.
    low = found.detach().amin((2, 3), keepdim=True)
    high = found.detach().amax((2, 3), keepdim=True)

    def value() -> float:
        with torch.no_grad():
            each = (maps() - low) / (float(EPSILON) + high - low)
            return float(loss(each, regions, weights).sum())

    compared = 0
    for parameter in made.parameters():
        # Biases behind the pooling move no map.
        gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        for place in {0, parameter.numel() // 3, parameter.numel() - 1}:
            where, values, step = np.unravel_index(place, parameter.shape), parameter.detach(), 1e-6
            before = float(values[where])
            values[where] = before + step
            above = value()
            values[where] = before - step
            below = value()
            values[where] = before
            slope = (above - below) / (2 * step)
            assert float(gradient[where]) == pytest.approx(slope, rel=1e-4, abs=1e-6)
            compared += abs(slope) > 1e-3
    assert compared >= 5


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
@pytest.mark.parametrize("name", LOOKING)
def test_behind_an_affine_head_they_are_those_of_a_derivative_of_a_derivative(name, layer) -> None:
    made, loss = affine(), map_loss(name)
    images, regions, weights = given()
    value = loss(scaled(guided_pass(made, images, OUTPUTS, layer, SIGNS).maps), regions, weights)
    found = torch.autograd.grad(value.sum(), list(made.parameters()), allow_unused=True)

    features = made.features(images)
    if layer == "after_relu":
        features = features.relu()
    # After the ReLU none stands behind the features: the gradient passes those of 0 as well.
    rectified = features if layer == "after_relu" else features.relu()
    logits = made.head.after_pooling(rectified.mean((2, 3)))
    maps = []
    for number, output in enumerate(OUTPUTS):
        (gradient,) = torch.autograd.grad(logits[:, output].sum(), features, create_graph=True)
        raw = (gradient.mean((2, 3), keepdim=True) * features).sum(1)
        maps.append((raw * SIGNS[:, number, None, None]).relu())
    value = loss(scaled(torch.stack(maps, 1)), regions, weights)
    expected = torch.autograd.grad(value.sum(), list(made.parameters()), allow_unused=True)
    for one, other in zip(found, expected, strict=True):
        zero = torch.zeros(1, dtype=torch.float64)
        one, other = zero if one is None else one, zero if other is None else other
        torch.testing.assert_close(one.expand_as(other), other, rtol=1e-6, atol=1e-6)
    assert sum(other is not None and bool(other.any()) for other in expected) >= 6
