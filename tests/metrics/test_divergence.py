import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from heed.metrics.divergence import kl_divergence

MODES = ["proper", "thesis", "unnormalised"]
maps = arrays(float, (3, 5, 5), elements=st.floats(0, 1, width=32))


@settings(max_examples=60)
@given(maps, maps)
def test_proper_is_the_relative_entropy_of_scipy(p, q):
    found = kl_divergence(p, q, mode="proper", epsilon=1e-3)
    expected = [
        stats.entropy(a.ravel() + 1e-3, b.ravel() + 1e-3) if a.any() and b.any() else np.nan
        for a, b in zip(p, q, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert (found[~np.isnan(found)] >= -1e-12).all()


@settings(max_examples=60)
@given(maps, maps)
def test_thesis_is_a_plain_loop_over_pixels(p, q):
    found = kl_divergence(p, q, mode="thesis", epsilon=1e-3)
    for distance, a, b in zip(found, p, q, strict=True):
        if not (a.any() and b.any()):
            assert np.isnan(distance)
            continue
        a, b = a / a.max(), b / b.max()
        expected = sum(
            special.kl_div(x, max(y, 1e-3)) for x, y in zip(a.ravel(), b.ravel(), strict=True)
        )
        assert distance == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60)
@given(maps, maps)
def test_unnormalised_is_that_of_poisson_distributions(p, q):
    """The KL divergence of independent Poisson counts with means p and q is the generalised one."""
    p, q = p + 0.1, q + 0.1
    found = kl_divergence(p, q, mode="unnormalised")
    counts = np.arange(60)[:, None]
    for divergence, a, b in zip(found, p, q, strict=True):
        of_p, of_q = (stats.poisson.pmf(counts, means.ravel()) for means in (a, b))
        assert divergence == pytest.approx(special.rel_entr(of_p, of_q).sum(), abs=1e-9)


@settings(max_examples=60)
@given(maps, st.floats(1e-3, 1))
def test_only_unnormalised_sees_a_map_fade(p, share):
    p = p + 0.1
    for mode in ("proper", "thesis"):
        np.testing.assert_allclose(
            kl_divergence(p, share * p, mode=mode, epsilon=1e-12), 0, atol=1e-9
        )
    expected = (share - 1 - np.log(share)) * p.sum(axis=(-2, -1))
    found = kl_divergence(p, share * p, mode="unnormalised", epsilon=1e-12)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_by_hand():
    p, q = np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]])
    by_hand = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    assert kl_divergence(p, q, mode="proper", epsilon=1e-12) == pytest.approx(by_hand)
    # scaled by the maxima: p = (1, 1), q = (1/3, 1)
    by_hand = np.log(3) - 1 + 1 / 3
    assert kl_divergence(p, q, mode="thesis", epsilon=1e-12) == pytest.approx(by_hand)


@pytest.mark.parametrize("mode", MODES)
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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("nothing", [np.nan, 0.0])
def test_a_missing_map_and_an_empty_one_have_no_divergence(mode, nothing):
    p, q = np.random.default_rng(0).random((2, 4, 4, 4))
    p[0], q[1] = nothing, nothing
    p[2], q[2] = nothing, nothing
    found = kl_divergence(p, q, mode=mode, epsilon=1e-7)
    np.testing.assert_array_equal(np.isnan(found), [True, True, True, False])


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
