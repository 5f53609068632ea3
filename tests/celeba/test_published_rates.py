import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.celeba.published_rates import positive_rates


def test_rates_are_celebas() -> None:
    rates = positive_rates()
    assert rates.shape == (3, 40)
    # Counted from CelebA's own list: 2.3 % of the training images are bald, 5.1 % blurry.
    assert rates[0, ATTRIBUTE_INDEX["Bald"]] == pytest.approx(0.0228, abs=1e-4)
    assert rates[2, ATTRIBUTE_INDEX["Blurry"]] == pytest.approx(0.0506, abs=1e-4)
    assert (rates[0] > 0.5).sum() == 3  # Attractive, No_Beard, Young
