"""Outlines of masks, read from the lines that are drawn."""

import numpy as np
from matplotlib.figure import Figure

from heed.figures.outlines import DASHED, SOLID, draw_outline


def drawn(mask: np.ndarray, line=SOLID):
    axes = Figure().subplots()
    draw_outline(axes, mask, (10.0, 20.0, 4.0), line)
    return axes.lines


def test_a_line_runs_along_the_edges_of_pixels_white_on_black() -> None:
    mask = np.zeros((8, 8), bool)
    mask[2:4, 1:6] = True
    below, above = drawn(mask)
    assert (below.get_color(), above.get_color()) == ("black", "white")
    assert below.get_linewidth() > above.get_linewidth()
    for line in (below, above):
        x, y = line.get_xdata(), line.get_ydata()
        np.testing.assert_allclose([x.min(), x.max()], [10.5, 13], atol=0.13)  # a quarter pixel
        np.testing.assert_allclose([y.min(), y.max()], [21, 22], atol=0.13)
        assert (x[0], y[0]) == (x[-1], y[-1])  # closed


def parts(line) -> list[np.ndarray]:
    """The corners of each part, (n, 2)."""
    corners = np.column_stack([line.get_xdata(), line.get_ydata()])
    gaps = np.flatnonzero(np.isnan(corners).all(axis=1))
    return [np.delete(part, np.isnan(part).all(axis=1), axis=0) for part in np.split(corners, gaps)]


def test_parts_and_holes_have_parts_of_a_line_and_an_empty_mask_no_line() -> None:
    mask = np.zeros((16, 16), bool)
    mask[1:8, 1:8] = True
    mask[3:6, 3:6] = False
    mask[10:14, 10:14] = True
    below, above = drawn(mask)
    # At four pixels to the unit: from pixel 1 to 8, 3 to 6 (a hole) and 10 to 14.
    assert len(parts(below)) == len(parts(above)) == 3
    assert all(tuple(part[0]) == tuple(part[-1]) for part in parts(above))  # closed
    expected = [(10 + low / 4, 20 + low / 4, 10 + high / 4, 20 + high / 4)
                for low, high in ((1, 8), (3, 6), (10, 14))]  # fmt: skip
    found = sorted([*part.min(axis=0), *part.max(axis=0)] for part in parts(above))
    np.testing.assert_allclose(found, expected, atol=0.07)  # a quarter pixel
    assert not drawn(np.zeros((8, 8), bool))


def test_only_the_white_part_of_a_dashed_line_has_gaps() -> None:
    below, above = drawn(np.eye(8, dtype=bool), DASHED)[:2]
    assert (below.is_dashed(), above.is_dashed()) == (False, True)


def test_a_mask_of_the_whole_crop_is_outlined_inside_the_picture() -> None:
    below, _ = drawn(np.ones((8, 8), bool))
    assert below.get_xdata().min() > 10
    assert below.get_xdata().max() < 14
