"""One reading for many draws gives what each draw gives alone."""

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.pls.blocks import ArrayBlocks, RowsOf
from heed.pls.dual import fit
from heed.pls.gram import gram, grams
from heed.pls.passes import fit_by_passes
from heed.pls.projection import Draw, project, weights

RNG = np.random.default_rng(5)
X = RNG.normal(size=(30, 40)).astype(np.float32) + 3
FURTHER = RNG.normal(size=(11, 40)).astype(np.float32) + 3
Y = np.where(RNG.random((30, 3)) < 0.5, -1, 1)
ROWS = [np.array([0, 4, 7, 9, 12, 20]), np.arange(5, 25), np.arange(30)[::-1]]
SCORED = [np.array([0, 2]), np.array([10, 3, 3]), None]
TARGETS = [Y[rows, n] for n, rows in enumerate(ROWS)]


@pytest.mark.parametrize("route", ["own", "union", "passes"])
def test_draws_in_one_reading_are_those_one_by_one(route: str) -> None:
    features, further = ArrayBlocks(X, 7), ArrayBlocks(FURTHER, 7)
    if route == "passes":
        fits = fit_by_passes(features, ROWS, TARGETS, 3, precision="float64")
    else:
        union = gram(features, precision="float64")
        own = grams(features, ROWS, precision="float64")
        products = own if route == "own" else [union.of(rows) for rows in ROWS]
        fits = [fit(one, y, 3) for one, y in zip(products, TARGETS, strict=True)]
    draws = [Draw(one, rows, (s,)) for one, rows, s in zip(fits, ROWS, SCORED, strict=True)]
    found = project(draws, features, further, precision="float64")
    for n, rows in enumerate(ROWS):
        alone = fit(gram(RowsOf(features, rows), precision="float64"), TARGETS[n], 3)
        of_features = weights(alone, RowsOf(features, rows))
        wanted = (FURTHER - X[rows].mean(axis=0, dtype=float)) @ of_features.rotations[0]
        wanted = wanted if SCORED[n] is None else wanted[SCORED[n]]
        np.testing.assert_allclose(found[n].scores[0][0], wanted, atol=1e-8)
        np.testing.assert_allclose(fits[n].scores, alone.scores, atol=1e-8)


def test_scores_of_the_training_samples_are_their_own() -> None:
    features = ArrayBlocks(X, 7)
    found = fit(gram(features, precision="float64"), Y, 3)
    (projection,) = project([Draw(found)], features, features, precision="float64")
    np.testing.assert_allclose(projection.scores[0], found.scores, atol=1e-9)


def test_a_fit_of_other_samples_is_refused() -> None:
    features = ArrayBlocks(X, 7)
    found = fit(gram(RowsOf(features, ROWS[0])), TARGETS[0], 2)
    with pytest.raises(InputError, match="found 30 samples; expected the 6 of the fit"):
        project([Draw(found)], features)
    with pytest.raises(InputError, match="further sets"):
        project([Draw(found, ROWS[0], (None, None))], features, features)


def test_targets_without_draws_are_refused() -> None:
    with pytest.raises(InputError, match="of 3 draws; expected 2"):
        fit_by_passes(ArrayBlocks(X), ROWS[:2], TARGETS)


def test_nan_in_a_further_set_is_refused() -> None:
    features = ArrayBlocks(X, 7)
    found = fit(gram(features), Y, 2)
    broken = FURTHER.copy()
    broken[2, 30] = np.nan
    with pytest.raises(InputError, match="further set 2: found NaN"):
        project([Draw(found)], features, features, ArrayBlocks(broken, 7))
