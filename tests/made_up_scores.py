import numpy as np
import pytest

from heed.audit.tables.score_arrays import METRICS, ScoreArrays


def make_scores(n=30, seed=0):
    """Random scores with what makes averaging hard: rare classes, empty maps, missing values."""
    generator = np.random.default_rng(seed)
    labels = np.where(generator.random((n, 40)) < np.linspace(0.03, 0.9, 40), 1, -1)
    labels[:, 0] = -1  # an attribute that no face has
    logits = (labels + generator.normal(scale=1.2, size=labels.shape)).astype(np.float32)
    logits[0, :20] = 0
    logits[:, 1] = -np.abs(logits[:, 1]) - 0.1  # and one that is never predicted
    values = {metric: generator.random((n, 40)) for metric in METRICS}
    empty = generator.random((n, 40)) < 0.2
    for metric in ("amr", "amr_uncorrected", "proportional_energy"):
        values[metric][empty] = 0
        values[metric][3:6, 10:15] = np.nan  # their masks are empty
        values[metric][:, 2] = np.nan
    return ScoreArrays(
        images=tuple(f"{index:06d}.jpg" for index in range(n)),
        labels=labels.astype(np.int8),
        logits=logits,
        empty=empty,
        values=values,
    )


@pytest.fixture
def scores():
    return make_scores()


@pytest.fixture
def majority():
    return np.where(np.arange(40) % 3 == 0, 1, -1).astype(np.int8)
