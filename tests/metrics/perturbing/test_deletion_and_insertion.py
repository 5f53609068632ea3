import numpy as np
import pytest

from heed.metrics.perturbing.deletion_and_insertion import deletion_auc, insertion_auc
from heed.metrics.perturbing.monotonicity import monotonicity
from heed.metrics.perturbing.orders import steps_of
from tests.metrics.perturbing.linear import Linear


def slow(linear, maps, comes, steps):
    """Pixel after pixel, one image and output at a time."""
    found = np.empty(maps.shape[:2])
    for image, output in np.ndindex(*found.shape):
        order = np.argsort(-maps[image, output].ravel(), kind="stable")
        pixels = linear.images[image, 0].ravel()
        weights, bias = linear.weights[output].ravel(), linear.bias[output]
        sign = -1 if weights @ pixels + bias < 0 else 1
        sure = []
        for count in steps:
            shown = np.zeros(pixels.size) if comes else pixels.copy()
            shown[order[:count]] = pixels[order[:count]] if comes else 0
            sure.append(1 / (1 + np.exp(-sign * (weights @ shown + bias))))
        found[image, output] = sum(
            (b - a) * (p + q) / 2
            for a, b, p, q in zip(steps, steps[1:], sure, sure[1:], strict=False)
        ) / pixels.size  # fmt: skip
    return found


@pytest.mark.parametrize("steps", [None, 1, 4, 7, 100])
def test_both_are_areas_under_the_curves(steps):
    linear = Linear(1)
    maps = np.random.default_rng(2).normal(size=(2, 3, 4, 5)).round(1)
    counts = steps_of(20, steps)
    assert counts[0] == 0
    assert counts[-1] == 20
    asked = linear.asked()
    for metric, comes in ((deletion_auc, False), (insertion_auc, True)):
        expected = slow(linear, maps, comes, counts)
        np.testing.assert_allclose(metric(maps, asked, steps), expected, atol=1e-6)


def test_the_right_order_is_better_than_any_other():
    linear = Linear(4)
    right, asked = linear.contributions, linear.asked()
    rng = np.random.default_rng(0)
    best = deletion_auc(right, asked), insertion_auc(right, asked)
    for _ in range(20):
        other = rng.normal(size=right.shape)
        assert (deletion_auc(other, asked) > best[0]).all()
        assert (insertion_auc(other, asked) < best[1]).all()
    assert (deletion_auc(-right, asked) > best[0]).all()


def test_without_an_order_there_is_no_area():
    linear = Linear(4)
    asked = linear.asked()
    maps = linear.contributions
    maps[0, 0], maps[0, 1], maps[1, 2, 3, 3] = 0, 0.7, np.nan
    for metric in (deletion_auc, insertion_auc):
        found = metric(maps, asked)
        assert np.isnan(found[[0, 0, 1], [0, 1, 2]]).all()
        assert np.isnan(found).sum() == 3


def test_deletion_asks_nothing_that_monotonicity_did_not_but_the_filling():
    linear = Linear(6)
    asked = linear.asked()
    monotonicity(linear.contributions, asked)
    before = asked.passes
    deletion_auc(linear.contributions, asked)
    assert asked.passes == before + 2  # of two images, without any cell


@pytest.mark.parametrize("steps", [0, -3, 2.5])
def test_steps_that_are_no_count_are_refused(steps):
    with pytest.raises(ValueError, match=f"steps: found {steps}; expected a whole number"):
        steps_of(20, steps)
