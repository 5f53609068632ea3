"""What passes need beside the fits, which test_dual and test_projection hold to others."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from heed.pls.passes import sum_of_squares


def test_sum_of_squares_is_about_the_means() -> None:
    values = np.random.default_rng(0).normal(size=(20, 7)) + 3
    centred = StandardScaler(with_std=False).fit_transform(values)
    assert sum_of_squares(values) == pytest.approx((centred**2).sum())
