import numpy as np
import pytest

from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import enlarge
from heed.metrics.grid.axes import axes_of, inner_pixels


@pytest.mark.parametrize(
    ("size", "cells", "placement"),
    [
        (224, 7, Placement.half_pixel(224, 7)),
        (160, 7, Placement.half_pixel(160, 7)),
        (96, 14, Placement.half_pixel(96, 14)),
        (8, 1, Placement.half_pixel(8, 1)),
        (224, 7, Placement(AxisPlacement(32, 0), AxisPlacement(32, 15.5))),
        (224, 7, Placement(AxisPlacement(29.3, -7.7), AxisPlacement(36.5, 11))),
        (64, 3, Placement(AxisPlacement(60, -50), AxisPlacement(1, 0))),
    ],
)
def test_pixels_are_mixtures_of_two_cells(size, cells, placement):
    """Of one cell alone the enlarged map is the product of its weights, in float32 as well."""
    down, across = axes_of(size, cells, placement)
    for axis in (down, across):
        mixed = np.zeros((size, cells + 1))
        mixed[np.arange(size), axis.cell] = axis.near
        mixed[np.arange(size), axis.cell + 1] = axis.far
        np.testing.assert_array_equal(mixed[:, :cells], axis.weights)
        assert (mixed[:, cells] == 0).all()
        assert axis.least == axis.weights[axis.weights > 0].min()
        for cell in range(cells):
            strip = slice(axis.bounds[cell], axis.bounds[cell + 1])
            assert (axis.cell[strip] == cell).all()
        assert axis.bounds[0] == 0
        assert axis.bounds[-1] == size
    single = np.eye(cells**2, dtype=np.float32).reshape(-1, cells, cells)
    if cells > 1:
        pixels = enlarge(single, size, placement)
        expected = np.einsum("yi,xj->ijyx", down.weights, across.weights)
        np.testing.assert_allclose(pixels, expected.reshape(pixels.shape), atol=3e-7)


def test_the_highest_and_the_lowest_pixel_are_at_the_ends_of_strips():
    rng = np.random.default_rng(0)
    for _ in range(50):
        stride, offset = rng.uniform(20, 33, 2), rng.uniform(-10, 25, 2)
        placement = Placement(*(AxisPlacement(*each) for each in zip(stride, offset, strict=True)))
        down, across = axes_of(224, 7, placement)
        pixels = down.weights @ rng.random((7, 7)) @ across.weights.T
        corners = pixels[np.ix_(down.ends, across.ends)]
        assert corners.min() == pixels.min()
        assert corners.max() == pixels.max()


def test_the_strips_of_seven_cells():
    down, across = axes_of(224, 7, Placement(AxisPlacement(32, 15.5), AxisPlacement(32, 0)))
    assert down.bounds.tolist() == [0, 48, 80, 112, 144, 176, 208, 224]
    assert across.bounds.tolist() == [0, 32, 64, 96, 128, 160, 192, 224]


def test_inner_pixels_are_those_beyond_the_outermost_blocks():
    assert inner_pixels(8, 4).tolist() == [False] * 2 + [True] * 4 + [False] * 2
    assert not inner_pixels(8, 2).any()
