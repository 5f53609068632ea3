"""Gram matrices of blocks are those of the whole array, centred by each draw's own means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from heed.base.errors import InputError
from heed.pls.blocks import ArrayBlocks
from heed.pls.centring import Precision
from heed.pls.gram import gram, grams


def values(seed: int = 0, n: int = 12, p: int = 30) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, p)) * rng.uniform(0.1, 3, p) + 4).astype(np.float32)


def expected(x: NDArray[np.float32], scale: bool = False) -> NDArray[np.float64]:
    centred = StandardScaler(with_std=False).fit_transform(x.astype(np.float64))
    if scale:
        deviation = centred.std(axis=0, ddof=1)
        centred /= np.where(deviation > 0, deviation, 1)
    return centred @ centred.T


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 99), st.integers(2, 20), st.integers(1, 50), st.integers(1, 60), st.booleans()
)
def test_blocks_add_up(seed: int, n: int, p: int, width: int, scale: bool) -> None:
    x = values(seed, n, p)
    found = gram(ArrayBlocks(x, width), scale=scale, precision="float64")
    wanted = expected(x, scale)
    np.testing.assert_allclose(found.values, wanted, atol=1e-9 * np.abs(wanted).max())
    assert found.total == pytest.approx(np.trace(wanted), rel=1e-9)
    assert (found.samples, found.features) == (n, p)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_each_draw_has_its_own_means(precision: Precision) -> None:
    x = values()
    draws = [np.array([0, 3, 4]), None, np.array([5, 1])]
    for scale in (False, True):
        found = grams(ArrayBlocks(x, 7), draws, scale=scale, precision=precision)
        for rows, one in zip(draws, found, strict=True):
            wanted = expected(x if rows is None else x[rows], scale)
            np.testing.assert_allclose(one.values, wanted, atol=1e-5 * np.abs(wanted).max())


def test_a_union_sliced_is_the_draw() -> None:
    x = values()
    rows = np.array([9, 2, 5, 0])
    union = gram(ArrayBlocks(x, 7), precision="float64")
    np.testing.assert_allclose(union.of(rows).values, expected(x[rows]), atol=1e-9)


def test_a_scaled_union_is_not_sliced() -> None:
    with pytest.raises(InputError, match=r"were scaled .* one Gram matrix for each draw"):
        gram(ArrayBlocks(values()), scale=True).of(np.array([0, 1]))


def test_float32_keeps_digits_of_large_means() -> None:
    """1,000 and a little, where squares of the raw values would lose the little."""
    x = (1000 + np.random.default_rng(0).integers(0, 4, (20, 40)) / 8).astype(np.float32)
    found = gram(ArrayBlocks(x, 9), precision="float32")
    wanted = expected(x)
    np.testing.assert_allclose(found.values, wanted, atol=3e-7 * np.abs(wanted).max())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_none_are_named(bad: float) -> None:
    x = values()
    x[3, 17] = bad
    with pytest.raises(InputError, match="feature 17"):
        gram(ArrayBlocks(x, 5))
    x[3, 17], x[0, 17] = 0, bad
    with pytest.raises(InputError, match="feature 17"):
        gram(ArrayBlocks(x, 5))


def test_a_precision_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="precision: found 'float16'"):
        gram(ArrayBlocks(values()), precision="float16")  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [[True, False, True], [-1, 0], [0, 9]])
def test_draws_that_are_none_are_refused(rows: list[object]) -> None:
    """A sample -1 would be the last one."""
    with pytest.raises(InputError, match="rows: found"):
        grams(ArrayBlocks(values(n=3)), [np.array(rows)])


@pytest.mark.parametrize("rows", [[9], [-1], [True, False, True], [0.5], []])
def test_a_slice_of_samples_that_are_none_is_refused(rows: list[object]) -> None:
    with pytest.raises(InputError, match="rows: found"):
        gram(ArrayBlocks([[1, 2], [3, 4], [5, 9]])).of(np.array(rows))
