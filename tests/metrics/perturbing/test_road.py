import numpy as np
import pytest
import torch
from pytorch_grad_cam.metrics.road import NoisyLinearImputer

from heed.metrics.perturbing import fillings, perturbations
from heed.metrics.perturbing.road import road, road_difference
from tests.metrics.perturbing.linear import Linear


@pytest.mark.parametrize("first", ["most", "least"])
def test_it_is_what_the_packages_imputation_leaves(first, monkeypatch):
    monkeypatch.setattr(perturbations, "NOISE", 0.0)
    linear = Linear(0, size=(6, 7))
    maps = np.random.default_rng(1).normal(size=(2, 3, 6, 7))
    found = road(maps, linear.asked("linear"), [0.3, 0.8], first)
    for image, output in np.ndindex(2, 3):
        order = np.argsort(maps[image, output].ravel() * (-1 if first == "most" else 1))
        for number, count in enumerate((13, 34)):  # of 42
            kept = np.ones(42)
            kept[order[:count]] = 0
            shown = NoisyLinearImputer(noise=0)(
                torch.from_numpy(linear.images[image]).float(),
                torch.from_numpy(kept.reshape(6, 7)),
            )
            logit = (linear.weights[output] * shown.numpy()[0]).sum() + linear.bias[output]
            whole = (linear.weights[output] * linear.images[image, 0]).sum() + linear.bias[output]
            expected = 1 / (1 + np.exp(-np.sign(whole) * logit))
            assert found[image, output, number] == pytest.approx(expected, abs=1e-4)


def test_the_right_order_leaves_less_than_its_opposite():
    linear = Linear(3, size=(6, 7), images=5)
    asked, right = linear.asked("linear"), linear.contributions
    found = road_difference(right, asked)
    assert found.mean() > 0.1
    np.testing.assert_allclose(road_difference(-right, asked), -found)
    least, most = road(right, asked, first="least"), road(right, asked, first="most")
    np.testing.assert_allclose(found, (least - most).mean(-1))


def test_uniform_empty_missing_and_other_fillings():
    linear = Linear(2)
    maps = linear.contributions
    maps[0, 0], maps[0, 1], maps[1, 2, 0, 0] = 0, 0.1, np.nan
    found = road_difference(maps, linear.asked("linear"), [0.5])
    assert np.isnan(found[[0, 0, 1], [0, 1, 2]]).all()
    assert np.isnan(found).sum() == 3
    with pytest.raises(ValueError, match="filling 'blur'; expected 'linear'"):
        road(maps, linear.asked("blur"))
    with pytest.raises(ValueError, match="shares: found"):
        road(maps, linear.asked("linear"), [1.0])
    with pytest.raises(ValueError, match="first: found 'last'"):
        road(maps, linear.asked("linear"), [0.5], "last")
    assert fillings.NOISE > 0
