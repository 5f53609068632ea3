import numpy as np
import pytest

from heed.metrics.perturbing.sensitivity_n import sensitivity_n
from tests.metrics.perturbing.linear import Linear


def test_what_linear_cells_cost_has_1_for_every_n_and_its_opposite_minus_1():
    linear = Linear(0)
    asked = linear.asked()
    right = linear.contributions
    np.testing.assert_allclose(sensitivity_n(right, asked, [1, 5, 19]), 1, atol=1e-5)
    np.testing.assert_allclose(sensitivity_n(-3 * right, asked, [1, 5, 19]), -1, atol=1e-5)


def test_it_is_the_correlation_over_the_sets_that_were_asked_about():
    linear, sets = Linear(1), []
    asked = linear.asked("mean")
    ask = asked.logits
    asked.logits = lambda kept: sets.append(np.array(kept)) or ask(kept)
    maps = np.random.default_rng(3).normal(size=(2, 3, 4, 5))
    found = sensitivity_n(maps, asked, [2, 7], draws=30, seed=9)
    asked.logits = ask
    drawn = [kept[0] for kept in sets if kept.shape[1] == 30]
    assert [set((~kept).sum(1)) for kept in drawn] == [{2}, {7}]
    assert len({row.tobytes() for row in drawn[1]}) > 20
    for image, output in np.ndindex(2, 3):
        pixels, weights = linear.images[image, 0].ravel(), linear.weights[output].ravel()
        whole = weights @ pixels + linear.bias[output]
        for size, kept in enumerate(drawn):
            sums = [maps[image, output].ravel()[~row].sum() for row in kept]
            lost = [
                whole - weights @ np.where(row, pixels, pixels.mean()) - linear.bias[output]
                for row in kept
            ]
            expected = np.sign(whole) * np.corrcoef(sums, lost)[0, 1]
            assert found[image, output, size] == pytest.approx(expected, abs=1e-4)


def test_uniform_empty_missing_and_sizes_beyond_the_cells():
    linear = Linear(2)
    asked, maps = linear.asked(), linear.contributions
    maps[0, 0], maps[0, 1], maps[1, 2, 0, 0] = 0, 0.1, np.nan
    found = sensitivity_n(maps, asked, [3])[..., 0]
    assert np.isnan(found[[0, 0, 1], [0, 1, 2]]).all()
    assert np.isnan(found).sum() == 3
    for sizes in ([0], [20], []):
        with pytest.raises(ValueError, match="expected whole sizes from 1 to 19"):
            sensitivity_n(maps, asked, sizes)
    for told in ({"sizes": [1.5]}, {"sizes": [2], "draws": 2.5}):
        with pytest.raises(ValueError, match="expected whole sizes from 1 to 19"):
            sensitivity_n(maps, asked, **told)
