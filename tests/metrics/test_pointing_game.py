import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.metrics.pointing_game import pointing_game

shape = (6, 7)


def slow(map_, mask, tolerance):
    """The distance of each highest pixel to each pixel of the mask."""
    if not map_.any():
        return 0.0
    points = np.argwhere(map_ == map_.max())
    inside = np.argwhere(mask)
    away = np.sqrt(((points[:, None] - inside[None]) ** 2).sum(-1)).min(1)
    return (away <= tolerance).mean()


@given(
    arrays(np.float32, shape, elements=st.sampled_from([0, 0.5, 1])),
    arrays(bool, shape).filter(np.any),
    st.sampled_from([0, 1, 1.5, 2, 3.2]),
)
def test_it_is_the_distance_to_the_nearest_pixel(map_, mask, tolerance):
    assert pointing_game(map_, mask, tolerance) == pytest.approx(slow(map_, mask, tolerance))


def test_perfect_worst_uniform_empty_and_missing():
    mask = np.zeros((40, 50), bool)
    mask[:10, :20] = True
    maps = np.zeros((5, 40, 50))
    maps[0, 5, 5], maps[1, 30, 40], maps[2] = 1, 1, 1
    maps[4, 0, 0] = np.nan
    found = pointing_game(maps, mask, tolerance=0)
    np.testing.assert_array_equal(found, [1, 0, mask.mean(), 0, np.nan])
    assert np.isnan(pointing_game(maps, np.zeros((40, 50), bool))).all()  # and no hit
    beside = np.zeros((40, 50))
    beside[5, 19 + 15] = 1
    assert pointing_game(beside, mask) == 1  # 15 pixels away
    assert pointing_game(np.roll(beside, 1, axis=1), mask) == 0
    with pytest.raises(ValueError, match="tolerance: found -1"):
        pointing_game(maps, mask, -1)


def test_leading_axes_broadcast_and_masks_stay():
    rng = np.random.default_rng(0)
    maps, masks = rng.random((2, 3, 6, 7)), rng.random((3, 6, 7)) < 0.3
    before = masks.copy()
    found = pointing_game(maps, masks, 1)
    assert found.shape == (2, 3)
    assert found[1, 2] == pointing_game(maps[1, 2], masks[2], 1)
    np.testing.assert_array_equal(masks, before)
