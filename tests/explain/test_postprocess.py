import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pytorch_grad_cam.base_cam import BaseCAM
from pytorch_grad_cam.utils.image import scale_cam_image

from heed.explain.postprocess import interpolation_matrix, normalise, stretch

CELLS = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 3.0]) | st.floats(-2, 2, width=32)


def package(raw, size):
    """The last steps of the grad-cam package, run by its own functions."""
    scaled = scale_cam_image(np.maximum(raw, 0), (size, size))
    return BaseCAM.aggregate_multi_layers(None, [scaled[:, None]])


def hard_cases():
    """Maps whose minimum is a plateau, one cell, several cells, everywhere or nowhere."""
    generator = np.random.default_rng(0)
    maps = generator.normal(size=(300, 7, 7)).astype(np.float32)
    maps[50:100] = np.abs(maps[50:100]) + 0.1  # no zero: the minimum is one cell
    maps[100:150] += maps[100:150, :, ::-1].copy()  # mirrored: pixels left and right tie
    maps[110:150] = np.abs(maps[110:150])
    maps[150:200] = np.round(maps[150:200] * 2) / 2  # equal values, plateaus at any height
    maps[200:210] = -np.abs(maps[200:210])
    maps[210:220] = maps[210:220, :1, :1]  # constant
    maps[220:230] = np.abs(maps[220:230]) + 0.1
    maps[220:230, 3, 3] = 0  # one zero inside
    maps[230:240] *= 1e-9  # far below the epsilon
    maps[240:250] *= 1e9
    maps[250:260] = np.where(maps[250:260] > 1, 1e-7, 1)  # a plateau just above nothing
    maps[260:] = (generator.random((40, 7, 7)) > 0.9) * maps[260:]
    return maps


@pytest.mark.parametrize("size", [224, 320])
def test_equals_the_grad_cam_package_bit_for_bit(size):
    raw = hard_cases()
    expected = package(raw, size)
    actual = normalise(raw, size)
    assert actual.dtype == np.float32
    np.testing.assert_array_equal(actual > 0, expected > 0)
    np.testing.assert_array_equal(actual, expected)


@settings(max_examples=100, deadline=None)
@given(arrays(np.float32, (2, 7, 7), elements=CELLS))
def test_equals_the_grad_cam_package(raw):
    np.testing.assert_array_equal(normalise(raw, 224), package(raw, 224))


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, (7, 7), elements=CELLS), st.floats(0.25, 4, width=32))
def test_lies_in_0_to_1_whatever_the_scale(raw, factor):
    pixels = normalise(raw, 224)
    assert pixels.min() == 0
    assert pixels.max() <= 1
    np.testing.assert_allclose(normalise(raw * np.float32(factor), 224), pixels, atol=2e-5)


def test_leading_axes_and_the_input_are_kept():
    raw = hard_cases()[:6].reshape(2, 3, 7, 7)
    before = raw.copy()
    pixels = normalise(raw, 64)
    assert pixels.shape == (2, 3, 64, 64)
    np.testing.assert_array_equal(pixels[1, 2], normalise(raw[1, 2], 64))
    stretch(raw)
    np.testing.assert_array_equal(raw, before)


def test_y_comes_before_x():
    raw = np.zeros((7, 7), np.float32)
    raw[1, 5] = 1  # second row, sixth column
    y, x = np.unravel_index(normalise(raw, 224).argmax(), (224, 224))
    assert y in (47, 48)
    assert x in (175, 176)


def test_all_negative_and_constant_maps_are_empty():
    negative, constant = -np.ones((7, 7), np.float32), np.full((7, 7), 3, np.float32)
    assert not normalise(np.stack([negative, constant]), 224).any()


def test_stretch_by_hand():
    np.testing.assert_allclose(
        stretch(np.array([[1.0, 2.0], [3.0, 5.0]])), [[0, 0.25], [0.5, 1]], atol=1e-7
    )


@pytest.mark.parametrize(("size", "cells"), [(224, 7), (448, 14), (96, 3), (32, 1), (225, 7)])
def test_interpolation_matrix_follows_opencv(size, cells):
    matrix = interpolation_matrix(size, cells)
    assert matrix.shape == (size, cells)
    np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-6)
    # Each unit vector enlarged by OpenCV is a column.
    columns = [cv2.resize(unit[:, None], (1, size))[:, 0] for unit in np.eye(cells, dtype="f4")]
    np.testing.assert_allclose(matrix, np.stack(columns, axis=1), atol=1e-6)


def test_interpolation_matrix_enlarges_maps():
    raw = np.random.default_rng(1).random((7, 7)).astype(np.float32)
    matrix = interpolation_matrix(224, 7)
    np.testing.assert_allclose(matrix @ raw @ matrix.T, cv2.resize(raw, (224, 224)), atol=1e-6)


def test_what_is_no_map_is_rejected():
    with pytest.raises(ValueError, match=r"maps are \(7,\); expected \(\.\.\., h, w\)"):
        normalise(np.zeros(7, np.float32), 224)
    with pytest.raises(ValueError, match="h, w <= 4 pixels"):
        normalise(np.zeros((7, 7), np.float32), 4)
    with pytest.raises(ValueError, match="not finite"):
        normalise(np.full((7, 7), np.nan, np.float32), 224)
