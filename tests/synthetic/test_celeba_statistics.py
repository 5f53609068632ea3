import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.synthetic.celeba_statistics import correlations, landmark_statistics


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
