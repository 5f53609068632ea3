"""Crossing edges, held to exact arithmetic on whole numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.guidance.crossing import edges_cross

points = st.tuples(st.integers(0, 6), st.integers(0, 6))


def crosses(polygon: list[tuple[int, int]]) -> bool:
    """Whether two edges meet in a point that is inside of both, by Cramer's rule."""
    edges = list(zip(polygon, polygon[1:] + polygon[:1], strict=True))
    for ((a, b), (c, d)), ((e, f), (g, h)) in itertools.combinations(edges, 2):
        determinant = (c - a) * (f - h) - (d - b) * (e - g)
        if determinant == 0:  # parallel, or without length
            continue
        along = (e - a) * (f - h) - (f - b) * (e - g)
        across = (c - a) * (f - b) - (d - b) * (e - a)
        if determinant < 0:
            determinant, along, across = -determinant, -along, -across
        if 0 < along < determinant and 0 < across < determinant:
            return True
    return False


@given(st.lists(points, min_size=3, max_size=7), st.floats(0, 6.3), st.floats(0.01, 100))
def test_it_is_what_exact_arithmetic_says_however_turned_and_scaled(polygon, angle, scale):
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = np.array(polygon, float) @ turn.T + [3.7, 112.1]
    assert edges_cross(np.stack([turned, turned[::-1]])).tolist() == [crosses(polygon)] * 2


@pytest.mark.parametrize("count", [0, 1, 3])
def test_there_may_be_any_number_of_them(count):
    bow = np.array([[0.0, 0], [1, 1], [1, 0], [0, 1]])
    assert edges_cross(np.stack([bow] * count) if count else np.zeros((0, 4, 2))).all()


def test_one_with_a_hole_drawn_in_one_line_does_not_cross():
    outer, inner = (
        [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)],
        [(3, 3), (3, 6), (6, 6), (6, 3), (3, 3)],
    )
    assert not edges_cross(np.array([outer + inner], float)).any()
