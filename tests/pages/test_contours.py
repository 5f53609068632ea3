"""Paths of masks, filled again by OpenCV and compared with the mask."""

import re

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.pages.contours import TOLERANCE, contours


def filled(path: str, side: int) -> np.ndarray:
    """The pixels whose centre is inside, by the even-odd rule."""
    polygons = []
    for part in re.findall(r"M(-?\d+) (-?\d+)([^Mz]*)z", path):
        x, y = int(part[0]), int(part[1])
        corners = [(x, y)]
        for step, first, second in re.findall(r"([lhv])(-?\d+)(?: (-?\d+))?", part[2]):
            x += int(first) if step in "lh" else 0
            y += int(second) if step == "l" else int(first) if step == "v" else 0
            corners.append((x, y))
        polygons.append(np.array(corners, np.float32))
    inside = np.zeros((side, side), bool)
    for row in range(side):
        for column in range(side):
            centre = (column + 0.5, row + 0.5)
            inside[row, column] = (
                sum(cv2.pointPolygonTest(p, centre, False) > 0 for p in polygons) % 2
            )
    return inside


@given(st.integers(0, 8), st.integers(0, 8), st.integers(4, 8), st.integers(4, 8))
def test_boxes_come_back_exactly(top: int, left: int, height: int, width: int) -> None:
    mask = np.zeros((16, 16), bool)
    mask[top : top + height, left : left + width] = True
    np.testing.assert_array_equal(filled(contours(mask), 16), mask)


def test_a_ring_has_its_hole() -> None:
    mask = np.zeros((24, 24), bool)
    mask[2:20, 4:22] = True
    mask[8:14, 8:14] = False
    path = contours(mask)
    assert path.count("z") == 2
    np.testing.assert_array_equal(filled(path, 24), mask)


def test_a_disc_is_kept_but_for_the_tolerance() -> None:
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - 30, y - 33)
    found = filled(contours(distance < 20), 64)
    assert found[distance < 20 - TOLERANCE - 1].all()
    assert not found[distance > 20 + TOLERANCE + 1].any()


@pytest.mark.parametrize("kept", [True, False])
def test_specks_are_left_out_unless_there_is_nothing_else(kept: bool) -> None:
    mask = np.zeros((16, 16), bool)
    mask[2, 2] = True
    mask[6:12, 6:12] = not kept
    assert contours(mask).count("z") == 1
    assert contours(np.zeros((8, 8), bool)) == ""
