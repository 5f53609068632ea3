import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.explain.postprocess import normalise
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.intersection_over_union import intersection_over_union
from heed.metrics.proportional_energy import proportional_energy
from heed.metrics.reference_maps import (
    centre_maps,
    edge_maps,
    mask_maps,
    random_maps,
    uniform_maps,
)

MASK = np.zeros((20, 30), bool)
MASK[3:9, 5:15] = True


def test_what_floors_and_ceiling_score_is_known():
    share = MASK.mean()
    uniform, best = uniform_maps((2,), MASK.shape), mask_maps(MASK)
    assert proportional_energy(uniform, MASK).tolist() == [share] * 2
    assert intersection_over_union(uniform, MASK).tolist() == [share] * 2
    assert proportional_energy(best, MASK) == intersection_over_union(best, MASK) == 1
    assert acceptable_mask_ratio(best, MASK) == 1 - share
    random = proportional_energy(random_maps((400,), MASK.shape, seed=0), MASK)
    assert abs(random.mean() - share) < 3 * random.std() / 20


def test_random_maps_are_seeded_and_those_of_fewer_images_are_the_first():
    found = random_maps((3, 2), (8, 6), seed=4)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[:2], random_maps((2, 2), (8, 6), seed=4))
    assert not np.array_equal(found, random_maps((3, 2), (8, 6), seed=5))
    assert abs(np.corrcoef(found.reshape(6, -1))[np.triu_indices(6, 1)]).max() < 0.5
    cells = random_maps((3,), (8, 6), seed=4, cells=(4, 3))
    drawn = np.random.default_rng(4).random((3, 4, 3), np.float32)
    np.testing.assert_array_equal(cells, normalise(drawn, (8, 6)))


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.05, 2))
def test_centre_maps_are_symmetric_and_fall_from_the_middle(height, width, spread):
    one = centre_maps((), (height, width), spread)
    np.testing.assert_allclose(one, one[::-1, ::-1])
    assert one.max() == one[height // 2, width // 2] <= 1
    assert (np.diff(one[height // 2 :], axis=0) <= 0).all()
    assert (np.diff(one[:, width // 2 :], axis=1) <= 0).all()
    if height == width:
        np.testing.assert_allclose(one, one.T)


def test_centre_maps_by_hand_and_without_spread():
    one = centre_maps((2, 3), (4, 8), spread=0.25)
    assert one.shape == (2, 3, 4, 8)
    expected = np.exp(-0.5 * (0.125 / 0.25) ** 2 - 0.5 * (0.0625 / 0.25) ** 2)
    assert one[1, 2, 2, 4] == pytest.approx(expected)
    with pytest.raises(ValueError, match="spread: found 0"):
        centre_maps((), (4, 4), 0)


def test_edges_are_where_a_square_begins_whatever_its_values():
    image = np.full((1, 24, 24, 3), 40, np.uint8)
    image[:, 8:16, 8:16] = (200, 90, 10)
    found = edge_maps(image)
    assert found.max() == pytest.approx(1)
    border = cv2.morphologyEx((image[0, ..., 0] > 100).astype(np.uint8), cv2.MORPH_GRADIENT,
                              np.ones((5, 5), np.uint8)).astype(bool)  # fmt: skip
    assert found[0][border].mean() > 5 * found[0][~border].mean()
    assert found[0, 11, 11] < 0.05
    np.testing.assert_allclose(edge_maps(image / 255.0), found, atol=1e-5)
    grey = image.mean(axis=-1, keepdims=True)
    assert edge_maps(grey).shape == (1, 24, 24)
    assert not edge_maps(np.full((2, 9, 9, 1), 7.0)).any()


def test_images_of_another_kind_are_refused():
    with pytest.raises(ValueError, match=r"found images \(2, 3, 8, 8\)"):
        edge_maps(np.zeros((2, 3, 8, 8)))
    with pytest.raises(ValueError, match="not finite"):
        edge_maps(np.full((1, 8, 8, 1), np.nan))
