import numpy as np
import pytest
import torch
from torch import nn

from heed.training.optimizers import one_cycle, optimizer_for
from heed.training.settings import Plateau, TrainingSettings

RATE, MOMENTUM, DECAY = 0.01, 0.9, 0.1
STEPS = 5


def settings(optimizer, momentum=MOMENTUM, schedule="constant"):
    return TrainingSettings(
        epochs=2,
        batch_size=4,
        optimizer=optimizer,
        learning_rate=RATE,
        momentum=momentum,
        weight_decay=DECAY,
        schedule=schedule,
        plateau=Plateau(factor=0.1, patience=1, cooldown=0),
        early_stop=None,
        keep="last",
        precision="32-true",
        devices=1,
        flip=False,
        seed=0,
    )


def rmsprop(p, gradients, decay, momentum):
    """Tieleman & Hinton 2012, with a momentum: alpha 0.99, epsilon 1e-8 outside the root."""
    square, velocity = 0.0, 0.0
    for g in gradients:
        g = g + decay * p
        square = 0.99 * square + 0.01 * g**2
        velocity = momentum * velocity + g / (np.sqrt(square) + 1e-8)
        p = p - RATE * velocity
    return p


def sgd(p, gradients, decay, momentum):
    velocity = 0.0
    for g in gradients:
        velocity = momentum * velocity + g + decay * p
        p = p - RATE * velocity
    return p


def adam(p, gradients, decay, momentum, decoupled=False):
    """Kingma & Ba 2015; with ``decoupled`` Loshchilov & Hutter 2019."""
    first, second = 0.0, 0.0
    for step, g in enumerate(gradients, start=1):
        if decoupled:
            p = p * (1 - RATE * decay)
        else:
            g = g + decay * p
        first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g**2
        ahead, spread = first / (1 - 0.9**step), second / (1 - 0.999**step)
        p = p - RATE * ahead / (np.sqrt(spread) + 1e-8)
    return p


def adamw(p, gradients, decay, momentum):
    return adam(p, gradients, decay, momentum, decoupled=True)


@pytest.mark.parametrize("momentum", [0.0, MOMENTUM])
@pytest.mark.parametrize("formula", [rmsprop, sgd, adam, adamw])
def test_steps_are_the_formulas_and_only_matrices_decay(formula, momentum):
    torch.manual_seed(0)
    layer = nn.Linear(3, 2)
    optimizer = optimizer_for(layer, settings(formula.__name__, momentum))
    start = [p.detach().double().numpy().copy() for p in layer.parameters()]
    gradients = [np.random.default_rng(0).normal(size=(STEPS, *p.shape)) for p in start]
    for step in range(STEPS):
        for parameter, gradient in zip(layer.parameters(), gradients, strict=True):
            parameter.grad = torch.from_numpy(gradient[step]).float()
        optimizer.step()
    for parameter, before, gradient in zip(layer.parameters(), start, gradients, strict=True):
        decay = DECAY if before.ndim > 1 else 0.0
        expected = formula(before, gradient, decay, momentum)
        np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-5, atol=1e-6)


def test_frozen_parameters_are_left_out():
    layer = nn.Linear(3, 2)
    layer.weight.requires_grad_(False)
    groups = optimizer_for(layer, settings("sgd")).param_groups
    assert [group["params"] for group in groups] == [[], [layer.bias]]


@pytest.mark.parametrize("name", ["rmsprop", "sgd", "adam", "adamw"])
def test_one_cycle_moves_the_rate_and_adams_average_only(name):
    optimizer = optimizer_for(nn.Linear(3, 2), settings(name, schedule="one_cycle"))
    schedule = one_cycle(optimizer, settings(name), steps=20)
    rates, momenta = [], []
    for _ in range(20):
        group = optimizer.param_groups[0]
        rates.append(group["lr"])
        momenta.append(group["betas"][0] if "betas" in group else group["momentum"])
        optimizer.step()
        schedule.step()
    assert max(rates) == pytest.approx(RATE, rel=1e-3)
    assert rates[-1] < rates[0] < RATE / 10
    if name in ("adam", "adamw"):
        assert (max(momenta), min(momenta)) == pytest.approx((0.95, 0.85), abs=1e-3)
    else:
        assert set(momenta) == {MOMENTUM}
