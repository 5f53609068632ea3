import numpy as np
import pandas as pd
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.celeba.published_rates import positive_rates
from heed.synthetic.population import (
    MALE,
    latent_correlation,
    never_together,
    rates_by_sex,
    sex_shares,
)
from tests.places import SHARED

SAMPLE = SHARED / "celeba-sample/Anno/list_attr_celeba.txt"


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    """Labels of real faces, true or false."""
    if not SAMPLE.is_file():
        pytest.skip("no sample of CelebA")
    return pd.read_csv(SAMPLE, sep=r"\s+", skiprows=1)[list(ATTRIBUTES)] > 0


def test_rates_of_both_sexes_give_the_published_rates() -> None:
    over_both = np.einsum("ps,psa->pa", sex_shares(), rates_by_sex())
    np.testing.assert_allclose(over_both, positive_rates(), atol=1e-9)


def test_no_woman_has_a_beard_and_most_men_have_none() -> None:
    women, men = rates_by_sex()[0]
    for hair in ("5_o_Clock_Shadow", "Goatee", "Mustache", "Sideburns"):
        assert women[ATTRIBUTE_INDEX[hair]] == 0
        assert 0.05 < men[ATTRIBUTE_INDEX[hair]] < 0.3
    assert women[ATTRIBUTE_INDEX["No_Beard"]] == 1
    assert 0.5 < men[ATTRIBUTE_INDEX["No_Beard"]] < 0.7


def test_rates_of_the_sexes_are_near_those_of_real_faces(sample: pd.DataFrame) -> None:
    # The sample is small and its own choice of faces: it shows that nobody was exchanged.
    for sex in (0, 1):
        real = sample[sample.Male == bool(sex)].mean().to_numpy()
        drawn = rates_by_sex()[0, sex]
        others = np.arange(len(real)) != MALE
        assert np.corrcoef(real[others], drawn[others])[0, 1] > 0.9
        assert real[drawn == 0].max(initial=0) < 0.002


def test_what_never_goes_together_is_as_rare_among_real_faces(sample: pd.DataFrame) -> None:
    names = [(ATTRIBUTES[a], ATTRIBUTES[b]) for a, b in never_together()]
    assert ("Bald", "Bangs") in names
    assert ("Blond_Hair", "Black_Hair") in names
    rates = positive_rates()[0]
    for rare, common in names:
        assert rates[ATTRIBUTE_INDEX[rare]] < rates[ATTRIBUTE_INDEX[common]]
        assert (sample[rare] & sample[common]).mean() < 0.002


def test_latent_correlation_is_a_correlation_matrix() -> None:
    matrix = latent_correlation()
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), 1)
    assert np.linalg.eigvalsh(matrix)[0] > 0
    assert not np.delete(matrix[MALE], MALE).any()
    a, b = ATTRIBUTE_INDEX["Smiling"], ATTRIBUTE_INDEX["High_Cheekbones"]
    assert matrix[a, b] > 0.8
