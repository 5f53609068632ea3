import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.celeba.published_rates import positive_rates
from heed.synthetic.celeba_statistics import correlations, pair_rates
from heed.synthetic.latents import PERSON_SHARE, Copula, celeba_copula, labels
from heed.synthetic.population import MALE, latent_correlation, never_together, rates_by_sex

N = 20_000


@pytest.fixture(scope="module")
def copula() -> Copula:
    return celeba_copula(correlation_gain=1.0, sharpness=3.0)


@pytest.fixture(scope="module")
def latents(copula: Copula) -> np.ndarray:
    rng = np.random.default_rng(1)
    return copula.latents(rng.standard_normal((N, 40)), rng.standard_normal((N, 40)))


def drawn(copula: Copula, latents: np.ndarray, partition: int) -> np.ndarray:
    """Whether each face has each attribute."""
    return labels(copula.margins(latents, partition)) == 1


@pytest.mark.parametrize("partition", [0, 1, 2])
def test_rates_are_celebas_within_sampling_error(
    copula: Copula, latents: np.ndarray, partition: int
) -> None:
    rates = positive_rates()[partition]
    found = drawn(copula, latents, partition).mean(0)
    assert (np.abs(found - rates) < 4.5 * np.sqrt(rates * (1 - rates) / N)).all()


def test_rates_of_women_and_men_are_celebas(copula: Copula, latents: np.ndarray) -> None:
    has = drawn(copula, latents, 0)
    for sex in (0, 1):
        found, rates = has[has[:, MALE] == sex], rates_by_sex()[0, sex]
        error = 4.5 * np.sqrt(rates * (1 - rates) / len(found)) + 1e-12
        others = np.arange(40) != MALE
        assert (np.abs(found.mean(0) - rates) < error)[others].all()


def test_latents_are_standard_normal_with_the_wanted_correlation(latents: np.ndarray) -> None:
    np.testing.assert_allclose(np.cov(latents.T), latent_correlation(), atol=0.05)


def test_labels_correlate_as_celebas_do(copula: Copula, latents: np.ndarray) -> None:
    off_diagonal = ~np.eye(40, dtype=bool)
    found = np.corrcoef(drawn(copula, latents, 0).T)[off_diagonal]
    wanted = correlations()[off_diagonal]
    assert np.corrcoef(found, wanted)[0, 1] > 0.995
    assert np.abs(found - wanted).mean() < 0.012


def test_pairs_of_labels_are_as_frequent_as_celebas(copula: Copula, latents: np.ndarray) -> None:
    has = drawn(copula, latents, 0).astype(float)
    difference = np.abs(has.T @ has / N - pair_rates())
    assert difference.mean() < 0.002
    assert difference.max() < 0.02


@pytest.mark.parametrize("gain", [0.0, 1.0, 1.5])
def test_what_never_occurs_is_never_drawn(latents: np.ndarray, gain: float) -> None:
    copula = celeba_copula(correlation_gain=gain, sharpness=3.0)
    for partition in range(3):
        has = drawn(copula, latents, partition)
        for first, second in never_together():
            assert not (has[:, first] & has[:, second]).any()
        women = has[~has[:, MALE]]
        for hair in ("Goatee", "Mustache", "Sideburns", "5_o_Clock_Shadow"):
            assert not women[:, ATTRIBUTE_INDEX[hair]].any()
        assert women[:, ATTRIBUTE_INDEX["No_Beard"]].all()


def test_what_a_sex_never_has_is_not_drawn_faintly(copula: Copula, latents: np.ndarray) -> None:
    margins = copula.margins(latents, 0)
    women = margins[:, MALE] <= 0
    assert (copula.strengths(margins)[women, ATTRIBUTE_INDEX["Goatee"]] == 0).all()
    assert (copula.strengths(margins)[women, ATTRIBUTE_INDEX["No_Beard"]] == 1).all()


def test_of_two_that_never_go_together_the_commoner_gives_way() -> None:
    copula = celeba_copula(correlation_gain=1.0, sharpness=3.0)
    bald, bangs = ATTRIBUTE_INDEX["Bald"], ATTRIBUTE_INDEX["Bangs"]
    latents = np.zeros(40)
    latents[[MALE, bald, bangs]] = 3.0
    margins = copula.margins(latents, 0)
    assert margins[bald] == pytest.approx(3 - copula.cuts[0, 1, bald])
    assert margins[bangs] == pytest.approx(copula.cuts[0, 1, bangs] - 3)


def test_label_is_the_side_of_the_cut_and_of_one_half(copula: Copula, latents: np.ndarray) -> None:
    margins = copula.margins(latents, 2)
    positive = labels(margins) == 1
    np.testing.assert_array_equal(positive, copula.strengths(margins) > 0.5)
    male = latents[:, MALE] > copula.cuts[2, 1, MALE]
    smiling = ATTRIBUTE_INDEX["Smiling"]  # never excluded
    cuts = np.where(male, copula.cuts[2, 1, smiling], copula.cuts[2, 0, smiling])
    np.testing.assert_array_equal(positive[:, smiling], latents[:, smiling] > cuts)


@given(sharpness=st.floats(0.1, 20), steps=st.lists(st.floats(-4, 4), min_size=2, unique=True))
@settings(max_examples=50)
def test_strength_grows_with_the_margin(sharpness: float, steps: list[float]) -> None:
    nothing = np.zeros(0)
    copula = Copula(nothing, nothing, (), nothing, sharpness)
    strengths = copula.strengths(np.sort(steps))
    assert (np.diff(strengths) >= 0).all()
    assert ((strengths >= 0) & (strengths <= 1)).all()


def test_strength_at_one_unit_above_the_cut(copula: Copula) -> None:
    assert copula.strengths(np.ones(40)) == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_a_person_keeps_sex_and_nose_but_not_the_smile(copula: Copula) -> None:
    rng = np.random.default_rng(2)
    person = rng.standard_normal((5000, 40))
    one, other = (copula.latents(person, rng.standard_normal((5000, 40))) for _ in range(2))
    kept = np.array([np.corrcoef(one[:, i], other[:, i])[0, 1] for i in range(40)])
    assert kept[[ATTRIBUTE_INDEX[a] for a in ("Male", "Big_Nose", "Young")]].min() > 0.7
    assert kept[[ATTRIBUTE_INDEX[a] for a in ("Smiling", "Blurry", "Wearing_Hat")]].max() < 0.5
    wanted = [PERSON_SHARE.get(a, 0.5) for a in ATTRIBUTES]
    assert np.abs(kept - wanted).mean() < 0.04
