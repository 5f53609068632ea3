"""Active pixels counted from cells are held to those counted pixel by pixel, where rounding decides
most of all: at thresholds that are the value of a pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import enlarge, normalise
from heed.metrics.grid import pixels
from heed.metrics.grid.active import active

ATTRIBUTES = 4


def dense(rng, shape):
    return rng.normal(size=shape)


def rare(rng, shape):
    return rng.normal(size=shape) * (rng.random(shape) < 0.1)


def coarse(rng, shape):
    """Cells and pixels that are equal, and pixels in the middle between two cells."""
    return rng.choice([-1, 0, 0.25, 0.5, 1], size=shape)


def steep(rng, shape):
    return np.exp(3 * rng.normal(size=shape)) - 1


def flat(rng, shape):
    """Cells apart by some steps of float32."""
    return 1 + 1e-6 * rng.normal(size=shape) * (rng.random(shape) < 0.5)


KINDS = (dense, rare, coarse, steep, flat)
PLACED = {
    "half pixel": lambda rng, stride: (stride, (stride - 1) / 2),
    "first pixel": lambda rng, stride: (float(int(stride)), 0.0),
    "between": lambda rng, stride: (rng.uniform(0.7, 1) * stride, rng.uniform(-3, 0.9 * stride)),
}


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(KINDS),
    placed=st.sampled_from(sorted(PLACED)),
    grid=st.sampled_from([(224, 7), (160, 7), (96, 7), (224, 14), (56, 3)]),
    counting=st.booleans(),
)
def test_thresholds_that_are_the_values_of_pixels(seed, kind, placed, grid, counting):
    rng = np.random.default_rng(seed)
    size, cells = grid
    axes = [AxisPlacement(*PLACED[placed](rng, size / cells)) for _ in range(2)]
    placement = Placement(*axes)
    maps = kind(rng, (2, ATTRIBUTES, cells, cells)).astype(np.float32)
    packed = np.packbits(rng.random((2, 3, size, size)) < 0.5, axis=-1)
    counted = np.packbits(rng.random((2, size, size)) < 0.8, axis=-1) if counting else None
    if counted is not None:
        packed &= counted[:, None]
    regions = rng.integers(0, 3, ATTRIBUTES)
    values = normalise(maps, size, placement).reshape(-1, size**2)
    at = values[np.arange(len(values)), rng.integers(0, size**2, len(values))]
    below = np.nextafter(at[:2], np.float32(0))
    thresholds = [0.0, 0.5, *map(float, at), *map(float, below)]

    found = active(maps, packed, regions, thresholds, placement, counted)
    for number, threshold in enumerate(thresholds):
        plain = pixels.tally(maps, packed, regions, threshold, placement, counted)
        np.testing.assert_array_equal(found.pixels[number], plain.active)
        np.testing.assert_array_equal(found.in_mask[number], plain.active_in_mask)


def enlarged(monkeypatch):
    """How many maps have been enlarged, in a list of one number."""
    number, count = [0], pixels.count_active

    def counted(maps, *rest):
        number[0] += len(maps)
        return count(maps, *rest)

    monkeypatch.setattr(pixels, "count_active", counted)
    return number


HALF_PIXEL = Placement.half_pixel(224, 7)
FIRST_PIXEL = Placement(AxisPlacement(32, 0), AxisPlacement(32, 0))


@pytest.mark.parametrize("placement", [HALF_PIXEL, FIRST_PIXEL])
@pytest.mark.parametrize("kind", [dense, rare, steep])
def test_few_maps_are_enlarged(monkeypatch, placement, kind):
    """With a stride of 32 pixels most maps have a pixel between a cell and one at 0: at a half."""
    number = enlarged(monkeypatch)
    maps = kind(np.random.default_rng(0), (50, 40, 7, 7)).astype(np.float32)
    packed = np.zeros((1, 1, 224, 28), np.uint8)
    active(maps, packed, np.zeros(40, np.intp), [0, 0.5, 0.9], placement)
    assert number[0] <= 0.05 * 3 * 50 * 40


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_the_middle_between_a_cell_and_nothing_is_told_from_the_cells(monkeypatch, threshold):
    number = enlarged(monkeypatch)
    maps = np.zeros((1, 1, 7, 7), np.float32)
    maps[..., 3, 3] = 0.7
    packed = np.full((1, 1, 224, 28), 255, np.uint8)
    found = active(maps, packed, np.array([0]), [threshold], FIRST_PIXEL)
    expected = pixels.tally(maps, packed, [0], threshold, FIRST_PIXEL).active
    assert number == [0]
    assert found.pixels[0] == expected
    assert found.highest == pytest.approx(1)
    assert found.lowest == 0


def test_the_lowest_and_the_highest_pixel():
    rng = np.random.default_rng(1)
    placement = Placement(AxisPlacement(29.7, 3.2), AxisPlacement(31, 20))
    maps = (rng.random((3, 4, 7, 7)) + 0.5).astype(np.float32)
    found = active(maps, np.zeros((1, 1, 224, 28), np.uint8), np.zeros(4, int), [0.5], placement)
    pixels_of = enlarge(maps, 224, placement)
    np.testing.assert_allclose(found.lowest, pixels_of.min((-2, -1)), atol=1e-6)
    np.testing.assert_allclose(found.highest, pixels_of.max((-2, -1)), atol=1e-6)


def test_arrays_that_cannot_be_written_to_or_have_gaps():
    rng = np.random.default_rng(2)
    maps = rng.normal(size=(2, 8, 7, 7)).astype(np.float32)
    packed = np.packbits(rng.random((2, 6, 224, 224)) < 0.5, axis=-1)
    regions = np.array([0, 1, 2, 0])
    expected = active(maps[:, ::2].copy(), packed[:, ::2].copy(), regions, [0.5], HALF_PIXEL)
    maps.flags.writeable = packed.flags.writeable = regions.flags.writeable = False
    found = active(maps[:, ::2], packed[:, ::2], regions, [0.5], HALF_PIXEL)
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    np.testing.assert_array_equal(found.in_mask, expected.in_mask)
