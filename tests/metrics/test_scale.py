"""Scores between uniform score and ceiling."""

import numpy as np

from heed.metrics.scale import Scale, normalised


def test_normalised_scores_run_from_the_uniform_score_to_the_ceiling():
    scale = Scale(np.array([0.1, 0.2]), np.array([0.1, 0.1]), np.array([0.5, 0.4]))
    np.testing.assert_allclose(normalised([[0.1, 0.2], [0.5, 0.4], [0.0, 0.5]], scale, 0.05),
                               [[0, 0], [1, 1], [-0.25, 1.5]])  # fmt: skip


def test_a_scale_without_range_normalises_nothing():
    scale = Scale([0.1, 0.1, np.nan, 0.1], [0.1, 0.46, 0.1, 0.449], [0.149, 0.5, 0.5, 0.5])
    found = normalised([0.12, 0.3, 0.3, 0.3], scale, least_range=0.05)
    assert np.isnan(found).tolist() == [True, True, True, False]
