"""Faithfulness and monotonicity, held to AIX360's own steps on linear models."""

import numpy as np
import pytest

from heed.metrics.perturbing.faithfulness import faithfulness
from heed.metrics.perturbing.monotonicity import monotonicity, rising_steps
from tests.metrics.perturbing.aix360 import Logistic, faithfulness_metric, monotonicity_metric
from tests.metrics.perturbing.linear import Linear


@pytest.mark.parametrize("filling", ["zero", "mean", "blur"])
@pytest.mark.parametrize("seed", range(20))
def test_both_are_aix360s(seed, filling):
    linear = Linear(seed)
    asked = linear.asked(filling)
    rng = np.random.default_rng(seed)
    maps = linear.contributions + (seed % 3) * rng.normal(size=(2, 3, 4, 5))
    if seed % 2:  # in an order that passes at times
        maps = linear.contributions
    found = faithfulness(maps, asked), monotonicity(maps, asked)
    base = np.zeros((2, 1, 4, 5)) if asked._base is None else asked._base.numpy()
    for image, output in np.ndindex(2, 3):
        model = Logistic(linear.weights[output].ravel(), linear.bias[output])
        given = linear.images[image].ravel(), maps[image, output].ravel(), base[image].ravel()
        assert found[0][image, output] == pytest.approx(
            faithfulness_metric(model, *given), abs=1e-4
        )
        assert found[1][image, output] == monotonicity_metric(model, *given)


def test_perfect_worst_uniform_empty_and_missing():
    linear = Linear(3, scale=0.01)  # where the sigmoid is almost straight
    asked = linear.asked()
    right = linear.contributions
    assert (faithfulness(right, asked) > 0.999).all()
    assert (faithfulness(-right, asked) < -0.999).all()
    for constant in (np.zeros_like(right), np.ones_like(right)):
        assert np.isnan(faithfulness(constant, asked)).all()
        assert np.isnan(monotonicity(constant, asked)).all()
        assert np.isnan(rising_steps(constant, asked)).all()
    broken = right.copy()
    broken[1, 2, 0, 0] = np.nan
    for metric in (faithfulness, monotonicity, rising_steps):
        found = metric(broken, asked)
        assert np.isnan(found[1, 2])
        assert np.isnan(found).sum() == 1
    unmoved = Linear(3, scale=0)  # what is constant is the probability
    assert np.isnan(faithfulness(right, unmoved.asked())).all()


def test_monotone_maps_and_what_fails_them():
    linear = Linear(5)
    positive = np.abs(linear.contributions)
    linear.weights = np.abs(linear.weights)
    linear.images, linear.bias = np.abs(linear.images), np.abs(linear.bias)
    asked = linear.asked()  # whatever comes helps
    assert (monotonicity(positive, asked) == 1).all()
    assert (rising_steps(positive, asked) == 1).all()
    linear = Linear(5)
    maps = linear.contributions
    asked = linear.asked()
    rising = np.sort(maps.reshape(2, 3, -1))[..., 1:] >= 0  # the first step has nothing before it
    np.testing.assert_allclose(rising_steps(maps, asked), rising.mean(-1))
    np.testing.assert_array_equal(monotonicity(maps, asked), rising.all(-1))


def test_all_outputs_and_maps_are_served_by_the_same_passes():
    linear = Linear(0, outputs=40)
    asked = linear.asked()
    faithfulness(linear.contributions, asked)
    assert asked.passes == 2 * (20 + 1)
    faithfulness(-linear.contributions[:, ::-1], asked)
    assert asked.passes == 2 * (20 + 1)
    one = Linear(0, outputs=1)
    faithfulness(one.contributions, asked_one := one.asked())
    assert asked_one.passes == asked.passes
