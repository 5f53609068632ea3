import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.celeba.published_rates import positive_rates
from heed.synthetic.celeba_statistics import correlations
from heed.synthetic.latents import Copula, celeba_copula, positive_definite

N = 20_000


@pytest.fixture(scope="module")
def copula() -> Copula:
    return celeba_copula(correlation_gain=1.5, sharpness=3.0)


@pytest.fixture(scope="module")
def latents(copula: Copula) -> np.ndarray:
    rng = np.random.default_rng(1)
    return copula.latents(rng.standard_normal((N, 40)), rng.standard_normal((N, 40)))


@pytest.mark.parametrize("partition", [0, 1, 2])
def test_rates_are_celebas_within_sampling_error(
    copula: Copula, latents: np.ndarray, partition: int
) -> None:
    rates = positive_rates()[partition]
    found = (copula.labels(latents, partition) == 1).mean(0)
    assert (np.abs(found - rates) < 4.5 * np.sqrt(rates * (1 - rates) / N)).all()


def test_latents_are_standard_normal_with_the_wanted_correlation(
    copula: Copula, latents: np.ndarray
) -> None:
    wanted = positive_definite(1.5 * correlations())
    np.testing.assert_allclose(np.cov(latents.T), wanted, atol=0.05)


def test_labels_correlate_as_celebas_do(copula: Copula, latents: np.ndarray) -> None:
    labels = copula.labels(latents, 0)
    off_diagonal = ~np.eye(40, dtype=bool)
    found, wanted = np.corrcoef(labels.T)[off_diagonal], correlations()[off_diagonal]
    assert np.corrcoef(found, wanted)[0, 1] > 0.97
    assert np.abs(found - wanted).mean() < 0.04


def test_label_is_the_side_of_the_cut_and_of_one_half(copula: Copula, latents: np.ndarray) -> None:
    positive = copula.labels(latents, 2) == 1
    np.testing.assert_array_equal(positive, latents > copula.cuts[2])
    np.testing.assert_array_equal(positive, copula.strengths(latents, 2) > 0.5)


@given(sharpness=st.floats(0.1, 20), steps=st.lists(st.floats(-4, 4), min_size=2, unique=True))
@settings(max_examples=50)
def test_strength_grows_with_the_latent(sharpness: float, steps: list[float]) -> None:
    copula = celeba_copula(correlation_gain=0.0, sharpness=sharpness)
    latents = np.sort(steps)[:, None] + np.zeros(40)
    strengths = copula.strengths(latents, 0)
    assert (np.diff(strengths, axis=0) >= 0).all()
    assert ((strengths >= 0) & (strengths <= 1)).all()


def test_strength_at_one_unit_above_the_cut(copula: Copula) -> None:
    assert copula.strengths(copula.cuts[1] + 1, 1) == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_a_person_keeps_sex_and_nose_but_not_the_smile(copula: Copula) -> None:
    rng = np.random.default_rng(2)
    person = rng.standard_normal((5000, 40))
    one, other = (copula.latents(person, rng.standard_normal((5000, 40))) for _ in range(2))
    kept = np.array([np.corrcoef(one[:, i], other[:, i])[0, 1] for i in range(40)])
    assert kept[[ATTRIBUTE_INDEX[a] for a in ("Male", "Big_Nose", "Young")]].min() > 0.7
    assert kept[[ATTRIBUTE_INDEX[a] for a in ("Smiling", "Blurry", "Wearing_Hat")]].max() < 0.5


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(2, 12))
@settings(max_examples=50)
def test_positive_definite(seed: int, size: int) -> None:
    wild = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    made = positive_definite(wild)
    np.testing.assert_allclose(np.diag(made), 1)
    np.testing.assert_allclose(made, made.T)
    assert np.linalg.eigvalsh(made)[0] > 0


def test_positive_definite_keeps_what_already_is() -> None:
    matrix = np.array([[1, 0.5, 0.2], [0.5, 1, -0.1], [0.2, -0.1, 1]])
    np.testing.assert_allclose(positive_definite(matrix), matrix)
