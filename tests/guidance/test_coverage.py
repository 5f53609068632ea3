import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.explain.placement import AxisPlacement, Placement, PlacementError
from heed.guidance.coverage import coverage_of_masks, coverage_of_polygons
from heed.guidance.template_face import template_landmarks
from heed.masks.outlines import inside
from heed.masks.packing import pack, unpack
from heed.masks.versions.version_2 import ENTRY as BLOCKS

RNG = np.random.default_rng(0)
LIKE_A_RESNET = Placement(AxisPlacement(32, 0), AxisPlacement(32, 0))
coordinates = st.floats(-100, 300, allow_nan=False)


def square(left, top, right, bottom):
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)


def test_a_rectangle_by_hand():
    """Crop of 8 pixels, -0.5 to 7.5, in 2 x 2 cells of 4 x 4 pixels."""
    (found,) = coverage_of_polygons([square(1.5, 2.5, 5.5, 7.5)], size=8, grid=2)
    # 2 of 4 columns and 1 of 4 rows of the first cell
    np.testing.assert_allclose(found, [[2 * 1 / 16, 2 * 1 / 16], [2 * 4 / 16, 2 * 4 / 16]])


def test_a_triangle_by_hand():
    triangle = [[-0.5, -0.5], [7.5, -0.5], [-0.5, 7.5]]
    (found,) = coverage_of_polygons([triangle], size=8, grid=2)
    np.testing.assert_allclose(found, [[1, 0.5], [0.5, 0]])


def test_the_whole_crop_and_beyond_is_covered_and_outside_of_it_nothing():
    whole, beyond, outside = (
        square(-0.5, -0.5, 7.5, 7.5),
        square(-9, -9, 99, 99),
        square(9, 0, 12, 7),
    )
    found = coverage_of_polygons([whole, beyond, outside], size=8, grid=4)
    assert found[:2].min() == 1
    assert found[2].max() == 0


@pytest.mark.parametrize("grid", [1, 7, 13, 14])
@pytest.mark.parametrize("corners", [3, 4, 5])
def test_against_pixels_eight_times_as_fine(grid, corners):
    """Of star-shaped polygons, concave ones among them, in both senses of rotation."""
    angles = 2 * np.pi * (np.arange(corners) + RNG.uniform(-0.3, 0.3, (12, corners))) / corners
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    stars = RNG.uniform(-20, 244, (12, 1, 2)) + RNG.uniform(5, 130, (12, corners, 1)) * directions
    stars[::2] = stars[::2, ::-1]
    exact = coverage_of_polygons(stars, 224, grid)
    fine = unpack(inside((stars + 0.5) * 8 - 0.5, 224 * 8))
    np.testing.assert_allclose(exact, coverage_of_masks(fine, grid), atol=0.01)
    assert exact.max() > 0.1
    # what no polygon comes near to is exactly 0: a loss may ask whether a region is empty
    near = np.stack([stars.min(axis=1), stars.max(axis=1)], axis=1)  # (12, 2, 2)
    edges = np.linspace(-0.5, 223.5, grid + 1)
    beside = (edges[1:] < near[:, :1, :].transpose(0, 2, 1)) | (
        edges[:-1] > near[:, 1:, :].transpose(0, 2, 1)
    )  # (12, x and y, grid)
    assert not exact[beside[:, 1, :, None] | beside[:, 0, None, :]].any()


@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=3))
def test_cells_sum_to_the_area_of_a_triangle(corners):
    """Of one that a larger crop contains: half of the cross product of two edges."""
    (ax, ay), (bx, by), (cx, cy) = corners
    area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2
    (found,) = coverage_of_polygons([np.array(corners) + 101], size=404, grid=13)
    assert found.sum() * (404 / 13) ** 2 == pytest.approx(area, rel=1e-4, abs=0.02)
    assert 0 <= found.min() <= found.max() <= 1


@given(
    st.lists(st.floats(0, 2 * np.pi), min_size=4, max_size=4).map(sorted),
    st.tuples(coordinates, coordinates),
    st.floats(0, 200),
)
def test_a_polygon_covers_as_much_as_its_two_parts(angles, middle, radius):
    """A quadrangle in a circle, cut along its diagonal."""
    corners = np.array(middle) + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    whole = coverage_of_polygons([corners], 224, 7)
    parts = coverage_of_polygons([corners[:3], corners[[2, 3, 0]]], 224, 7)
    np.testing.assert_allclose(parts.sum(axis=0), whole[0], atol=1e-6)


def test_an_edge_that_is_all_but_level_covers_as_a_level_one():
    level, tilted = square(20, 40, 90, 150), square(20, 40, 90, 150)
    tilted[:2, 1] = [0, 5e-324]
    level[:2, 1] = 0
    np.testing.assert_array_equal(
        coverage_of_polygons([tilted], 224, 7), coverage_of_polygons([level], 224, 7)
    )


def test_many_polygons_are_measured_as_one_is(monkeypatch):
    polygons = RNG.uniform(0, 224, (50, 3, 2))
    polygons[7] = np.nan
    at_once = coverage_of_polygons(polygons, 224, 7)
    monkeypatch.setattr("heed.guidance.coverage.POLYGONS", 8)
    monkeypatch.setattr("heed.guidance.coverage.MASKS", 8)
    np.testing.assert_array_equal(coverage_of_polygons(polygons, 224, 7), at_once)
    masks = inside(polygons, 224)
    np.testing.assert_allclose(coverage_of_masks(masks, 7), at_once, atol=0.05)


def test_no_polygon_covers_nothing():
    unknown = square(0, 0, 7, 7)
    unknown[2, 0] = np.nan
    found = coverage_of_polygons([unknown, square(0, 0, 7, 7)], 8, 2)
    assert found[0].max() == 0
    assert found[1].max() > 0
    assert coverage_of_polygons(np.empty((0, 4, 2)), 8, 2).shape == (0, 2, 2)


def test_cells_that_look_elsewhere_by_hand():
    """A ResNet's cells at 0, 32, 64: their borders at 16, 48, and the last up to the edge."""
    (found,) = coverage_of_polygons([square(15.5, -0.5, 16.5, 223.5)], 224, 7, LIKE_A_RESNET)
    np.testing.assert_allclose(found[:, 0], 0.5 / 16.5, atol=1e-6)
    np.testing.assert_allclose(found[:, 1], 0.5 / 32, atol=1e-6)
    assert found[:, 2:].max() == 0
    (last,) = coverage_of_polygons([square(176, -0.5, 223.5, 223.5)], 224, 7, LIKE_A_RESNET)
    np.testing.assert_allclose(last, np.eye(7)[[6] * 7], atol=1e-6)


def test_rows_and_columns_have_placements_of_their_own():
    """Rows of cells at 0, 4; columns at the centres of halves, of a crop of 8 pixels."""
    placement = Placement(y=AxisPlacement(4, 0), x=AxisPlacement(4, 1.5))
    top = np.zeros((8, 8), bool)
    top[:2] = True  # the first row of cells ends in the middle of the third row of pixels
    expected = [[2 / 2.5, 2 / 2.5], [0, 0]]
    np.testing.assert_allclose(coverage_of_masks(top, 2, placement), expected, atol=1e-6)
    np.testing.assert_allclose(
        coverage_of_polygons([square(-0.5, -0.5, 7.5, 1.5)], 8, 2, placement)[0],
        expected,
        atol=1e-6,
    )


@pytest.mark.parametrize("placement", [None, LIKE_A_RESNET, Placement.half_pixel(224, 7)])
def test_each_pixel_counts_for_the_cell_nearest_to_it(placement):
    masks = RNG.random((3, 224, 224)) < 0.3
    place = placement or Placement.half_pixel(224, 7)
    # at 16, 48, … a pixel is as near to two cells, and half of it counts for each
    at = place.x.places(224, 7).clip(0, 6)
    shares = np.maximum(0, 1 - np.abs(np.arange(7)[:, None] - at)) > 0.5
    shares = shares + 0.5 * (np.abs(np.abs(np.arange(7)[:, None] - at) - 0.5) < 1e-9)
    expected = np.einsum("cy,nyx,dx->ncd", shares, masks, shares)
    expected /= np.outer(shares.sum(1), shares.sum(1))
    np.testing.assert_allclose(coverage_of_masks(masks, 7, placement), expected, atol=1e-5)


@pytest.mark.parametrize("grid", [1, 7, 13, 14, 28])
def test_masks_against_opencvs_resampling_by_area(grid):
    masks = RNG.random((300, 64, 64)) < 0.4
    expected = [
        cv2.resize(mask.astype(np.float32), (grid, grid), interpolation=cv2.INTER_AREA)
        for mask in masks
    ]
    found = coverage_of_masks(masks, grid)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(coverage_of_masks(pack(masks), grid), found)
    assert found.dtype == np.float32


def test_masks_keep_their_leading_axes():
    masks = BLOCKS.masks(template_landmarks()[None], 224)
    found = coverage_of_masks(masks, 7)
    assert found.shape == (*masks.shape[:2], 7, 7)
    assert set(np.unique(found)) == {0, 1}  # blocks of version 2 are whole cells
    np.testing.assert_array_equal(found[0], coverage_of_masks(masks[0], 7))
    mouth = list(BLOCKS.regions).index("mouth")
    cells = set(zip(*np.nonzero(found[0, mouth]), strict=True))
    assert cells == set(itertools.product([4], [2, 3, 4]))


@pytest.mark.parametrize(
    ("corners", "size", "grid", "message"),
    [
        ([[0, 0], [1, 1], [2, 0]], 8, 2, r"corners \(3, 2\); expected \(n, K, 2\)"),
        ([[[0, 0], [1, 1]]], 8, 2, "at least three"),
        ([square(0, 0, 1, 1), square(0, 0, np.inf, 1)], 8, 2, "infinite corner of polygon 1"),
        ([square(0, 0, 1, 1)], 8, 0, "found grid 0; expected a whole number above 0"),
        ([square(0, 0, 1, 1)], 8, 2.0, r"found grid 2.0; expected a whole"),
        ([square(0, 0, 1, 1)], "8", 2, "found size '8'; expected a whole"),
        ([square(0, 0, 1, 1)], 8, (2, 2), r"found grid \(2, 2\)"),
        (
            [square(0, 0, 1, 1), square(0, 0, 7, 7)[[0, 2, 1, 3]]],
            8,
            2,
            "edges of polygon 1 .* cross",
        ),
        ([[[0, 0], [1, 1], [2, 0]], [[0, 0]]], 8, 2, "rows of different lengths"),
        ("corners", 8, 2, "found corners that are of type"),
    ],
)
def test_what_is_no_polygon_or_grid_is_an_error(corners, size, grid, message):
    with pytest.raises(InputError, match=message):
        coverage_of_polygons(corners, size, grid)


def test_a_crossed_polygon_of_unknown_faces_beside_it_is_named_by_its_own_number():
    unknown, crossed = np.full((4, 2), np.nan), square(0, 0, 7, 7)[[0, 2, 1, 3]]
    with pytest.raises(InputError, match="edges of polygon 2 "):
        coverage_of_polygons([unknown, square(0, 0, 7, 7), crossed], 8, 2)


def test_sides_may_be_whole_numbers_of_numpy():
    masks = RNG.random((2, 8, 8)) < 0.5
    np.testing.assert_array_equal(
        coverage_of_masks(masks, np.int64(2)), coverage_of_masks(masks, 2)
    )
    polygon = [square(0, 0, 5, 5)]
    np.testing.assert_array_equal(
        coverage_of_polygons(polygon, np.int64(8), np.int32(2)), coverage_of_polygons(polygon, 8, 2)
    )


@pytest.mark.parametrize("grid", [0, 2.5, "2"])
def test_what_is_no_grid_of_masks_is_an_error(grid):
    with pytest.raises(InputError, match=f"coverage_of_masks: found grid {grid!r}"):
        coverage_of_masks(np.ones((8, 8), bool), grid)


@pytest.mark.parametrize(
    "masks", [np.zeros((2, 8, 16), bool), np.zeros((8, 8), np.uint8), np.zeros((8, 8)), np.bool_(1)]
)
def test_what_is_no_mask_is_an_error(masks):
    with pytest.raises(InputError, match=r"coverage_of_masks: found .* expected bool"):
        coverage_of_masks(masks, 2)


def test_a_placement_of_another_network_is_an_error():
    with pytest.raises(PlacementError, match="another network"):
        coverage_of_polygons([square(0, 0, 1, 1)], 224, 14, LIKE_A_RESNET)
