"""Each route gives the same fits."""

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.pls.blocks import ArrayBlocks
from heed.pls.draws import fit_draws

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 300)).astype(np.float32) + 2
ROWS = [RNG.permutation(30)[:n] for n in (20, 26, 25)]
TARGETS = [np.where(np.arange(len(rows)) % 2, 1, -1) for rows in ROWS]
WHERE = {
    "own": {"memory": 1e9, "value": 1e9, "scale": False, "draws": 1},
    "union": {"memory": 1e9, "value": 1e9, "scale": False, "draws": 3},
    "passes": {"memory": 0, "value": 1e9, "scale": False, "draws": 3},
}


@pytest.mark.parametrize("route", WHERE)
def test_every_route_gives_the_same(route: str) -> None:
    told = dict(WHERE[route])
    count = int(told.pop("draws"))
    fits, choice = fit_draws(ArrayBlocks(X, 64), ROWS[:count], TARGETS[:count], 3, **told)  # type: ignore[arg-type]
    assert choice.route == route
    for rows, target, found in zip(ROWS, TARGETS, fits, strict=False):
        (alone,), _ = fit_draws(ArrayBlocks(X[rows]), [None], [target], 3)
        np.testing.assert_allclose(found.scores, alone.scores, atol=1e-8)
        np.testing.assert_allclose(found.duals, alone.duals, atol=1e-8)


def test_scaled_draws_do_not_take_the_union() -> None:
    fits, choice = fit_draws(ArrayBlocks(X), ROWS, TARGETS, 3, scale=True, value=1e9)
    assert choice.route == "own"
    (alone,), _ = fit_draws(ArrayBlocks(X[ROWS[1]]), [None], [TARGETS[1]], 3, scale=True)
    np.testing.assert_allclose(fits[1].scores, alone.scores, atol=1e-8)


def test_a_sample_may_be_drawn_twice() -> None:
    rows = np.array([0, 1, 1, 1, 2])
    (found,), _ = fit_draws(ArrayBlocks(X), [rows], [[1, -1, 1, -1, 1]], 2)
    assert found.found.tolist() == [2]


def test_other_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="of 2 draws; expected 3"):
        fit_draws(ArrayBlocks(X), ROWS, TARGETS[:2])
    with pytest.raises(InputError, match="found no draw"):
        fit_draws(ArrayBlocks(X), [], [])


def test_a_mask_is_no_draw() -> None:
    """It would be read as the samples 0 and 1, as often as it is long."""
    features = ArrayBlocks(np.eye(4))
    with pytest.raises(InputError, match=r"rows: found bool \(4,\).*np\.flatnonzero"):
        fit_draws(features, [np.array([True, False, True, True])], [[0, 1, 1, 0]])
