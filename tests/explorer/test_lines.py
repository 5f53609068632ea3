"""Lines on pictures: along the edges of masks, and where they are said to be."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from heed.explorer.lines import Line, draw, outline

WHITE = Line((255, 255, 255))


def block(top, left, bottom, right, size=32):
    mask = np.zeros((size, size), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_outline_of_a_block_is_its_edge():
    (corners,) = outline(block(4, 6, 10, 20))
    # Pixel centres are whole numbers: the block covers 5.5 to 19.5 and 3.5 to 9.5.
    np.testing.assert_allclose(corners.min(axis=0), [5.5, 3.5], atol=0.126)
    np.testing.assert_allclose(corners.max(axis=0), [19.5, 9.5], atol=0.126)


@given(arrays(bool, (12, 12)))
@settings(max_examples=50, deadline=None)
def test_outlines_enclose_the_mask(mask):
    """Filled by the even-odd rule, and scaled up, they give the mask again."""
    filled = np.zeros((96, 96), np.uint8)
    points = [np.rint((each + 0.5) * 8 - 0.5).astype(np.int32) for each in outline(mask)]
    cv2.fillPoly(filled, points, 1)
    np.testing.assert_array_equal(filled[4::8, 4::8].astype(bool), mask)


def test_lines_lie_on_the_edge_at_any_size():
    mask = block(8, 8, 24, 24)
    for side in (64, 320, 512):
        picture = np.full((side, side, 3), 128, np.uint8)
        draw(picture, outline(mask), WHITE, 32)
        white = np.argwhere((picture > 200).all(axis=-1))
        low, high = white.min(axis=0), white.max(axis=0)
        width = max(2, side / 200)
        np.testing.assert_allclose(low, 8 * side / 32 - 0.5, atol=width)
        np.testing.assert_allclose(high, 24 * side / 32 - 0.5, atol=width)
        inner = picture[side * 12 // 32 : side * 20 // 32, side * 12 // 32 : side * 20 // 32]
        assert (inner == 128).all()


def test_white_has_black_beside_it():
    picture = np.full((224, 224, 3), 128, np.uint8)
    draw(picture, outline(block(8, 8, 24, 24)), WHITE, 32)
    row = picture[112, 40:72, 0]
    assert row.max() > 220
    assert row.min() < 40


def test_dashes_are_white_and_black_in_turn():
    picture = np.full((448, 448, 3), 128, np.uint8)
    draw(picture, outline(block(8, 8, 24, 24)), Line((255, 255, 255), dashed=True), 32)
    line = picture[120:330, 108:116, 0].astype(int)
    bright = np.abs(line - 128).argmax(axis=1)
    values = line[np.arange(len(line)), bright]
    white = values > 128
    assert 0.3 < white.mean() < 0.7
    assert (np.diff(white.astype(int)) != 0).sum() > 10


@pytest.mark.parametrize("polygons", [[], [np.full((4, 2), np.nan)]])
def test_nothing_to_draw(polygons):
    picture = np.full((32, 32, 3), 7, np.uint8)
    draw(picture, polygons, WHITE, 32)
    assert (picture == 7).all()
    assert outline(np.zeros((8, 8), bool)) == []
