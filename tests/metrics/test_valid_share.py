import numpy as np
import pytest

from heed.metrics.valid_share import valid_share


def test_by_hand_over_outputs_and_thresholds():
    iou = np.array(
        [
            [[0.5, 0.2], [np.nan, np.nan]],
            [[0.9, 0.75], [np.nan, 0.6]],
            [[0.1, 0.74], [np.nan, 0.2]],
        ]
    )  # (3 images, 2 outputs, 2 thresholds)
    found = valid_share(iou)
    assert found.shape == (2, 2, 2)
    np.testing.assert_allclose(found[0], [[2 / 3, 2 / 3], [np.nan, 1 / 2]])
    np.testing.assert_allclose(found[1], [[1 / 3, 1 / 3], [np.nan, 0]])
    assert np.isnan(valid_share(np.empty((0, 2)))).all()


def test_a_single_number_is_no_list():
    with pytest.raises(ValueError, match=r"valid_share: valid: found 0\.5"):
        valid_share([0.4], 0.5)
