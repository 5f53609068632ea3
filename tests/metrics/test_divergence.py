import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from heed.metrics.divergence import kl_divergence

maps = arrays(float, (3, 5, 5), elements=st.floats(0, 1, width=32))


@settings(max_examples=60)
@given(maps, maps)
def test_proper_is_the_relative_entropy_of_scipy(p, q):
    found = kl_divergence(p, q, mode="proper", epsilon=1e-3)
    expected = [
        stats.entropy(a.ravel() + 1e-3, b.ravel() + 1e-3) for a, b in zip(p, q, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert (found >= -1e-12).all()


@settings(max_examples=60)
@given(maps, maps)
def test_thesis_is_a_plain_loop_over_pixels(p, q):
    found = kl_divergence(p, q, mode="thesis", epsilon=1e-3)
    for distance, a, b in zip(found, p, q, strict=True):
        a = a / a.max() if a.max() > 0 else a
        b = b / b.max() if b.max() > 0 else b
        expected = sum(
            special.kl_div(x, max(y, 1e-3)) for x, y in zip(a.ravel(), b.ravel(), strict=True)
        )
        assert distance == pytest.approx(expected, abs=1e-9)


def test_by_hand():
    p, q = np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]])
    by_hand = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    assert kl_divergence(p, q, mode="proper", epsilon=1e-12) == pytest.approx(by_hand)
    # scaled by the maxima: p = (1, 1), q = (1/3, 1)
    by_hand = np.log(3) - 1 + 1 / 3
    assert kl_divergence(p, q, mode="thesis", epsilon=1e-12) == pytest.approx(by_hand)


@pytest.mark.parametrize("mode", ["proper", "thesis"])
def test_equal_maps_have_distance_zero_and_the_order_matters(mode):
    p, q = np.random.default_rng(0).random((2, 6, 6))
    q[:3] = 0
    assert kl_divergence(p, p, mode=mode, epsilon=1e-7) == pytest.approx(0, abs=1e-12)
    there = kl_divergence(p, q, mode=mode, epsilon=1e-7)
    back = kl_divergence(q, p, mode=mode, epsilon=1e-7)
    assert np.isfinite([there, back]).all()
    assert there > 0
    assert back > 0
    assert there != pytest.approx(back)


def test_proper_ignores_the_scale_of_a_map():
    p, q = np.random.default_rng(1).random((2, 6, 6)) + 0.1
    once = kl_divergence(p, q, mode="proper", epsilon=1e-12)
    assert kl_divergence(p, 0.01 * q, mode="proper", epsilon=1e-12) == pytest.approx(once)


@pytest.mark.parametrize("mode", ["proper", "thesis"])
def test_a_missing_map_has_a_missing_distance(mode):
    p, q = np.random.default_rng(0).random((2, 3, 4, 4))
    p[0], q[1] = np.nan, np.nan
    found = kl_divergence(p, q, mode=mode, epsilon=1e-7)
    np.testing.assert_array_equal(np.isnan(found), [True, True, False])


def test_wrong_input_is_named():
    good = np.ones((2, 2))
    with pytest.raises(ValueError, match=r"\(2, 2\) and \(3, 3\)"):
        kl_divergence(good, np.ones((3, 3)), mode="proper", epsilon=1e-7)
    with pytest.raises(ValueError, match="epsilon: found 0"):
        kl_divergence(good, good, mode="proper", epsilon=0)
    with pytest.raises(ValueError, match="negative pixel"):
        kl_divergence(good, -good, mode="proper", epsilon=1e-7)
    with pytest.raises(ValueError, match="found 'other'"):
        kl_divergence(good, good, mode="other", epsilon=1e-7)


def test_it_is_proper_unless_told_otherwise():
    p, q = np.random.default_rng(4).random((2, 3, 6, 4))
    expected = kl_divergence(p, q, mode="proper", epsilon=1e-7)
    np.testing.assert_array_equal(kl_divergence(p, q), expected)


def test_an_infinite_pixel_is_refused():
    p = np.ones((2, 2))
    with pytest.raises(ValueError, match="found an infinite pixel"):
        kl_divergence(p, np.where(np.eye(2) > 0, np.inf, 1.0))
