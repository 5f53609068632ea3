"""The two scores by rank, held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, roc_auc_score

from heed.metrics.pixel_average_precision import pixel_average_precision
from heed.metrics.pixel_roc_auc import pixel_roc_auc

shape = (4, 5)
mixed = arrays(bool, shape).filter(lambda mask: mask.any() and not mask.all())


@given(
    st.one_of(
        arrays(np.float32, shape, elements=st.floats(0, 1, width=32)),
        arrays(np.float64, shape, elements=st.sampled_from([0, 0.1, 0.5])),
    ),
    mixed,
)
def test_both_are_scikit_learns(map_, mask):
    found = pixel_roc_auc(map_, mask), pixel_average_precision(map_, mask)
    assert found[0] == pytest.approx(roc_auc_score(mask.ravel(), map_.ravel()))
    assert found[1] == pytest.approx(average_precision_score(mask.ravel(), map_.ravel()))


@given(mixed)
def test_perfect_worst_and_uniform(mask):
    assert pixel_roc_auc(mask, mask) == pixel_average_precision(mask, mask) == 1
    assert pixel_roc_auc(~mask, mask) == 0
    assert pixel_average_precision(~mask, mask) == pytest.approx(mask.mean())
    for map_ in (np.ones(shape), np.zeros(shape)):
        assert pixel_roc_auc(map_, mask) == 0.5
        assert pixel_average_precision(map_, mask) == pytest.approx(mask.mean())


def test_empty_and_full_masks_and_missing_pixels():
    maps, full = np.random.default_rng(0).random((2, 3, *shape)), np.ones(shape, bool)
    for score in (pixel_roc_auc, pixel_average_precision):
        assert np.isnan(score(maps, ~full)).all()
        broken = maps.copy()
        broken[1, 2, 0, 0] = np.nan
        found = score(broken, np.eye(*shape, dtype=bool))
        assert found.shape == (2, 3)
        assert np.isnan(found).sum() == np.isnan(found[1, 2]) == 1
    assert np.isnan(pixel_roc_auc(maps, full)).all()
    assert (pixel_average_precision(maps, full) == 1).all()
    with pytest.raises(ValueError, match="pixel_roc_auc: found a map with the value -1"):
        pixel_roc_auc(-np.ones(shape), full)


def test_leading_axes_broadcast():
    rng = np.random.default_rng(1)
    maps, masks = rng.random((2, 3, *shape)), rng.random((3, *shape)) < 0.4
    for score in (pixel_roc_auc, pixel_average_precision):
        assert score(maps, masks)[1, 2] == score(maps[1, 2], masks[2])
