import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from heed.figures.legends import MapScale, frame_handle, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import FRAME_COLOUR, picture_grid


def test_a_legend_below_the_pictures_with_the_colours_of_maps() -> None:
    figure = picture_grid([[np.zeros((8, 8, 3), np.uint8)]])
    legend_below(figure, [MapScale(), frame_handle("wrong")])
    legend = figure.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["map, 0 to 1", "wrong"]
    figure.canvas.draw()
    assert legend.get_window_extent().y1 <= 0.5
    *scale, frame = legend.findobj(
        lambda artist: isinstance(artist, Rectangle) and artist is not legend.get_frame()
    )
    assert to_hex(frame.get_edgecolor()) == FRAME_COLOUR.lower()
    # drawn from left to right, over the same grey that a map is laid over
    lefts = [part.get_x() for part in scale]
    assert lefts == sorted(lefts)
    assert len(lefts) > 10
    face = np.full((1, 2, 3), 128, np.uint8)
    ends = overlay(face, np.array([[0.0, 1.0]]))[0] / 255
    assert scale[0].get_facecolor()[:3] == pytest.approx(ends[0])
    assert scale[-1].get_facecolor()[:3] == pytest.approx(ends[1])
