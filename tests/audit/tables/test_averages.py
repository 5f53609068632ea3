import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.audit.tables.averages import IMAGES_AT_ONCE, average_face, average_maps, pooled
from heed.explain.placement import AxisPlacement, Placement, half_pixel_axis
from heed.explain.postprocess import normalise


def pixel_average(maps, members, size, placement=None):
    """Mean of the post-processed maps, enlarged one by one."""
    pixels = normalise(maps, size, placement).astype(np.float64)  # (N, A, S, S)
    groups, _, attributes = members.shape
    means = np.full((attributes, groups, size, size), np.nan)
    for attribute, group in np.ndindex(attributes, groups):
        chosen = members[group, :, attribute]
        if chosen.any():
            means[attribute, group] = pixels[chosen, attribute].mean(axis=0)
    return means


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([14, 32, 63, 64, 224]),
    st.sampled_from([1e-9, 1e-3, 1.0, 1e4]),
    st.none() | st.floats(-0.4, 1.4),
)
def test_equals_the_mean_over_enlarged_maps(seed, size, scale, shift):
    generator = np.random.default_rng(seed)
    maps = (scale * generator.normal(generator.normal(), 1, (5, 3, 7, 7))).astype(np.float32)
    maps[0, 0] = -np.abs(maps[0, 0])  # an empty map
    maps[1, 1] = scale  # a constant one
    maps[2, 2] = 0
    maps[2, 2, 3, 4] = scale  # a single cell
    members = generator.random((4, 5, 3)) < 0.6
    placement = None
    if shift is not None:  # in cells, from the half-pixel rule
        stride, offset = half_pixel_axis(size, 7)
        line = AxisPlacement(stride, offset + (shift - 0.5) * stride)
        placement = Placement(line, half_pixel_axis(size, 7))
    means, n = average_maps(maps, members, size, placement)
    expected = pixel_average(maps, members, size, placement)
    np.testing.assert_allclose(means, expected, atol=1e-6)
    np.testing.assert_array_equal(n, members.sum(axis=1).T)


def test_batches_and_stored_maps_give_the_same_mean(tmp_path):
    generator = np.random.default_rng(0)
    maps = generator.normal(size=(IMAGES_AT_ONCE + 44, 2, 7, 7)).astype(np.float32)
    members = generator.random((2, len(maps), 2)) < 0.5
    members[1, :, 0] = False
    stored = zarr.open_group(tmp_path / "cams.zarr", mode="w").create_array(
        "cams", data=maps, chunks=(256, 2, 7, 7)
    )
    means, n = average_maps(stored, members, 32)
    np.testing.assert_allclose(means, pixel_average(maps, members, 32), atol=1e-6)
    assert n[0, 1] == 0
    assert np.isnan(means[0, 1]).all()


def test_average_of_a_map_stays_in_its_range():
    maps = np.random.default_rng(3).normal(size=(50, 2, 7, 7)).astype(np.float32)
    means, _ = average_maps(maps, np.ones((1, 50, 2), dtype=bool), 64)
    assert means.min() >= 0
    assert means.max() <= 1


def test_pooled_counts_are_means_over_the_trainings_that_add_up():
    """Of 648 faces each training has some in the first of two groups, and the rest in the other."""
    first = [284, 285, 284]
    parts = [
        (np.full((1, 3, 2, 2), value, np.float32), np.array([[n, 648 - n, int(value == 0.5)]]))
        for value, n in zip((0.2, 0.5, 0.8), first, strict=True)
    ]
    means, n = pooled(parts)
    assert n.tolist() == [[284.3, 363.7, 0.3]]
    weighted = (0.2 * 284 + 0.5 * 285 + 0.8 * 284) / sum(first)
    np.testing.assert_allclose(means[0, :, 0, 0], [weighted, means[0, 1, 0, 0], 0.5], rtol=1e-6)


def test_wrong_maps_are_named():
    maps = np.zeros((4, 2, 7, 7), dtype=np.float32)
    with pytest.raises(ValueError, match=r"maps \(4, 2, 7, 7\) and groups \(1, 3, 2\)"):
        average_maps(maps, np.ones((1, 3, 2), dtype=bool), 32)
    maps[3, 1, 0, 0] = np.nan
    with pytest.raises(ValueError, match="image 3 and attribute 1 is not finite"):
        average_maps(maps, np.ones((1, 4, 2), dtype=bool), 32)


def test_average_face_is_the_mean_of_the_chosen_crops(tmp_path):
    generator = np.random.default_rng(0)
    crops = generator.integers(0, 256, (IMAGES_AT_ONCE + 60, 4, 4, 3), dtype=np.uint8)
    rows = np.flatnonzero(generator.random(len(crops)) < 0.95)
    stored = zarr.open_group(tmp_path / "crops.zarr", mode="w").create_array(
        "images", data=crops, chunks=(1, 4, 4, 3)
    )
    for images in (crops, stored):
        face = average_face(images, rows)
        np.testing.assert_allclose(face, crops[rows].mean(axis=0), rtol=1e-6)
    with pytest.raises(ValueError, match="no faces"):
        average_face(crops, np.array([], dtype=int))
