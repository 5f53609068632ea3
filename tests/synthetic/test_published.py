import numpy as np
import pytest

from heed.attributes import ATTRIBUTE_INDEX
from heed.synthetic.published import correlations, landmark_statistics, positive_rates


def test_rates_are_celebas() -> None:
    rates = positive_rates()
    assert rates.shape == (3, 40)
    # Counted from CelebA's own list: 2.3 % of the training images are bald, 5.1 % blurry.
    assert rates[0, ATTRIBUTE_INDEX["Bald"]] == pytest.approx(0.0228, abs=1e-4)
    assert rates[2, ATTRIBUTE_INDEX["Blurry"]] == pytest.approx(0.0506, abs=1e-4)
    assert (rates[0] > 0.5).sum() == 3  # Attractive, No_Beard, Young


def test_correlations_are_a_correlation_matrix() -> None:
    phi = correlations()
    np.testing.assert_allclose(np.diag(phi), 1, atol=1e-6)
    np.testing.assert_allclose(phi, phi.T, atol=1e-6)
    assert phi[ATTRIBUTE_INDEX["Heavy_Makeup"], ATTRIBUTE_INDEX["Wearing_Lipstick"]] > 0.7
    assert phi[ATTRIBUTE_INDEX["Male"], ATTRIBUTE_INDEX["No_Beard"]] < -0.4


@pytest.mark.parametrize("frontal", [True, False])
def test_mean_landmarks_are_where_celeba_aligns_them(frontal: bool) -> None:
    mean = landmark_statistics(frontal=frontal).mean.reshape(5, 2)
    np.testing.assert_allclose(
        mean, [(69, 111), (108, 111), (88, 135), (71, 152), (106, 152)], atol=1.5
    )
