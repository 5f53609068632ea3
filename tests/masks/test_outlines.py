import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from heed.masks.outlines import Outline, ellipse, inside, pair, symmetric
from heed.masks.packing import unpack

SIZE = 32
corner = st.tuples(st.floats(-20, 50), st.floats(-20, 50))


def drawn(corners, size: int = SIZE) -> np.ndarray:
    return unpack(inside(np.array([corners], float), size))[0]


def pixel_centres(size: int = SIZE) -> np.ndarray:
    return np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).reshape(-1, 2)


def distance_to_outline(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """From each point to the nearest edge of a closed polygon."""
    nearest = np.full(len(points), np.inf)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge = end - start
        length = max(float(edge @ edge), 1e-12)
        along = np.clip((points - start) @ edge / length, 0, 1)
        nearest = np.minimum(nearest, np.hypot(*(points - start - along[:, None] * edge).T))
    return nearest


def test_a_square_has_its_upper_and_left_edge():
    expected = np.zeros((SIZE, SIZE), bool)
    expected[5:11, 3:9] = True
    np.testing.assert_array_equal(drawn([(3, 5), (9, 5), (9, 11), (3, 11)]), expected)
    # a pixel belongs to the square that has its centre
    expected = np.zeros((SIZE, SIZE), bool)
    expected[6:11, 4:9] = True
    np.testing.assert_array_equal(
        drawn([(3.4, 5.4), (8.6, 5.4), (8.6, 10.6), (3.4, 10.6)]), expected
    )


def test_a_triangle_by_hand():
    rows = drawn([(2.5, -0.5), (7.5, -0.5), (2.5, 4.5)]).sum(axis=1)
    assert rows.tolist() == [4, 3, 2, 1] + [0] * 28


@settings(max_examples=150, deadline=None)
@given(st.lists(corner, min_size=3, max_size=8))
def test_against_matplotlib(corners):
    """A polygon, even one that crosses itself, is the odd overlap of triangles from one corner."""
    polygon = np.array(corners)
    centres = pixel_centres()
    parity = np.zeros(len(centres), bool)
    clear = distance_to_outline(polygon, centres) > 1e-6
    for second, third in itertools.pairwise(polygon[1:]):
        triangle = np.stack([polygon[0], second, third])
        parity ^= Path(triangle).contains_points(centres)
        clear &= distance_to_outline(triangle, centres) > 1e-6
    np.testing.assert_array_equal(drawn(polygon).ravel()[clear], parity[clear])


@settings(max_examples=50, deadline=None)
@given(
    x=st.floats(0, 31),
    y=st.floats(0, 31),
    half_width=st.floats(1, 20),
    half_height=st.floats(1, 20),
)
def test_an_ellipse_by_its_equation(x, y, half_width, half_height):
    outline = ellipse("head", x, y, half_width, half_height)
    column, row = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    radius = np.hypot((column - x) / half_width, (row - y) / half_height)
    found = drawn(outline.corners)
    assert found[radius < 0.995 - 1e-6].all()
    assert not found[radius > 1 + 1e-6].any()


def test_two_polygons_with_a_common_edge_share_no_pixel():
    whole = drawn([(2, 3), (30, 3), (30, 29), (2, 29)])
    left = drawn([(2, 3), (20, 3), (11, 29), (2, 29)])
    right = drawn([(20, 3), (30, 3), (30, 29), (11, 29)])
    assert not (left & right).any()
    np.testing.assert_array_equal(left | right, whole)


def test_the_image_cuts_polygons_off():
    all_of_it = [(-500, -1e6), (1e9, -300), (900, 900), (-1e5, 1e5)]
    assert drawn(all_of_it).all()
    for beyond in ([60, 0], [-60, 0], [0, 60], [0, -60]):
        assert not drawn(np.array([(0, 0), (20, 0), (20, 20)]) + beyond).any()


def test_no_polygon_and_polygons_without_area_are_empty():
    assert not drawn([(np.nan, np.nan)] * 3).any()
    assert not drawn([(4, 4)] * 5).any()
    assert not drawn([(1, 1), (9, 13), (17, 25)]).any()
    assert inside(np.empty((0, 3, 2)), SIZE).shape == (0, SIZE, SIZE // 8)


def test_polygons_of_a_batch_do_not_mix():
    rng = np.random.default_rng(0)
    corners = rng.uniform(-10, 40, (6, 7, 2))
    corners[2] = np.nan
    together = inside(corners, SIZE)
    for one, found in zip(corners, together, strict=True):
        np.testing.assert_array_equal(inside(one[None], SIZE)[0], found)


def test_symmetric_closes_the_right_half_with_its_mirror_image():
    assert symmetric("jaw", (0, -1), (3, 0), (0, 5)) == Outline(
        "jaw", ((0, -1), (3, 0), (0, 5), (-3, 0))
    )
    assert symmetric("jaw", (2, 0), (2, 4)).corners == ((2, 0), (2, 4), (-2, 4), (-2, 0))


def test_a_pair_is_an_outline_and_its_mirror_image():
    right, left = pair(Outline("eyes", ((1, 2), (3, 4), (5, 0))))
    assert right.corners == ((1, 2), (3, 4), (5, 0))
    assert left == Outline("eyes", ((-1, 2), (-3, 4), (-5, 0)))


def test_a_width_that_does_not_fill_its_bytes_is_an_error():
    with pytest.raises(ValueError, match="12 pixels wide; expected a multiple of 8"):
        inside(np.array([[(0, 0), (9, 0), (9, 9)]], float), 12)
