"""VIP is its formula, written out over scikit-learn's PLSRegression, feature by feature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cross_decomposition import PLSRegression

from heed.base.errors import InputError
from heed.pls.blocks import ArrayBlocks
from heed.pls.dual import fit
from heed.pls.gram import gram
from heed.pls.projection import Draw, project
from heed.pls.vip import channel_vip, channels_of, top_units, vip_of_weights


def direct(model: PLSRegression, p: int) -> list[float]:
    """VIP of each feature, from what scikit-learn fitted."""
    t, w, q = model._x_scores, model.x_weights_, model.y_loadings_[0]
    sums = [q[a] ** 2 * (t[:, a] @ t[:, a]) for a in range(len(q))]
    return [
        np.sqrt(
            p
            * sum(s * (w[j, a] / np.linalg.norm(w[:, a])) ** 2 for a, s in enumerate(sums))
            / sum(sums)
        )
        for j in range(p)
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(6, 30), st.integers(3, 60), st.integers(1, 70))
def test_is_the_formula_and_its_square_has_mean_1(seed: int, n: int, p: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    x = (rng.normal(size=(n, p)) + 2).astype(np.float32)
    y = rng.normal(size=(n, 2))
    features = ArrayBlocks(x, width)
    found = fit(gram(features, precision="float64"), y, 3)
    (projection,) = project([Draw(found)], features, precision="float64")
    for target in range(2):
        wanted = direct(PLSRegression(3, scale=False).fit(x.astype(float), y[:, target]), p)
        np.testing.assert_allclose(projection.vip[target], wanted, atol=1e-6 * max(wanted))
        assert np.mean(projection.vip[target].astype(float) ** 2) == pytest.approx(1, abs=1e-6)


def test_in_float32_the_mean_square_is_1() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 9000)).astype(np.float32)
    features = ArrayBlocks(x, 512)
    found = fit(gram(features, precision="float32"), rng.normal(size=50), 8)
    (projection,) = project([Draw(found)], features, precision="float32")
    assert np.mean(projection.vip.astype(float) ** 2) == pytest.approx(1, abs=1e-6)


def test_a_target_without_components_has_0() -> None:
    assert vip_of_weights(np.zeros((3, 2)), [0.0, 0.0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("weights", "explained"), [([[np.nan]], [1.0]), ([[1.0]], [np.nan]), ([[1.0]], [-1.0])]
)
def test_nan_is_refused(weights: list[list[float]], explained: list[float]) -> None:
    with pytest.raises(InputError, match="vip: found NaN"):
        vip_of_weights(weights, explained)


def test_channels_are_those_of_flatten() -> None:
    image = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    channels = channels_of(image.shape)
    for channel in range(2):
        assert image.ravel()[channels == channel].tolist() == image[channel].ravel().tolist()
    assert channels_of((5,)).tolist() == [0, 1, 2, 3, 4]


def test_channel_vip_is_the_mean_over_its_neurons() -> None:
    vip = np.random.default_rng(0).random((2, 24))
    found = channel_vip(vip, channels_of((4, 2, 3)))
    np.testing.assert_allclose(found, vip.reshape(2, 4, 6).mean(axis=2))
    np.testing.assert_allclose(channel_vip(vip[0], channels_of((24,))), vip[0])


def test_channels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match=r"channels: found the shape \(2,\); expected \(3,\)"):
        channel_vip([1.0, 2.0, 3.0], np.array([0, 1]))
    with pytest.raises(InputError, match="no neuron of channel 1"):
        channel_vip([1.0, 2.0, 3.0], np.array([0, 2, 2]))
    for shape in ((), (2.5, 1), "ab", (2, 0)):
        with pytest.raises(InputError, match="shape: found"):
            channels_of(shape)
    for channels in ([-1, 0], [0.5, 1.0], [True, False]):
        with pytest.raises(InputError, match=r"channels: found .* whole numbers from 0 on"):
            channel_vip([1.0, 2.0], np.array(channels))


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="weights: found complex128"):
        vip_of_weights(np.ones((2, 1)) * 1j, [1.0])
    with pytest.raises(InputError, match="explained: found <U1"):
        vip_of_weights(np.ones((2, 1)), ["a"])
    with pytest.raises(InputError, match="infinite"):
        vip_of_weights(np.ones((2, 1)), [np.inf])
    with pytest.raises(InputError, match="scores: found complex128"):
        top_units([1j, 2.0], 1)
    for count in (1.5, np.nan, "1", None):
        with pytest.raises(InputError, match="count: found"):
            top_units([1.0, 2.0], count)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(1, 40))
def test_top_units_are_the_first_of_a_stable_sort(scores: list[int], count: int) -> None:
    wanted = sorted(range(len(scores)), key=lambda unit: (-scores[unit], unit))[:count]
    assert top_units(scores, count).tolist() == wanted


def test_top_units_of_nan_are_refused() -> None:
    with pytest.raises(InputError, match="NaN"):
        top_units([1.0, np.nan], 1)
    with pytest.raises(InputError, match="count: found 0"):
        top_units([1.0], 0)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.bool_])
@pytest.mark.parametrize("count", [1, 3])
def test_top_units_of_whole_numbers(dtype: type, count: int) -> None:
    """The negative of an unsigned number is none."""
    scores = np.array([0, 1, 0], dtype)
    assert top_units(scores, count).tolist() == [1, 0, 2][:count]
