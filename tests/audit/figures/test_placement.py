"""The figure of both placements: its mean maps and what it says of them."""

import numpy as np
import pytest

from heed.audit.figures.placement import AXIS, RULES, centre_of, draw_placement
from heed.figures.overlay import overlay

FACE = np.full((56, 56, 3), 120, np.uint8)


def blob(x: int) -> np.ndarray:
    mean = np.zeros((56, 56))
    mean[20:24, x : x + 3] = 0.5
    return mean


def test_the_centre_of_a_map_by_hand() -> None:
    assert centre_of(blob(30)) == pytest.approx((31, 21.5))
    assert np.isnan(centre_of(np.zeros((4, 4)))).all()


def test_each_map_stands_over_the_face_with_its_centre_and_the_axis() -> None:
    means = {"only": {"half_pixel": blob(30), "receptive_field": blob(26)}}
    figure = draw_placement(FACE, means, axis=28.2)
    texts = [text.get_text() for text in figure.axes[0].texts]
    for x in ("31.0", "27.0"):
        assert any(f"x = {x} px, axis 28.2 px" in text.replace("\n", " ") for text in texts)
    pictures = [np.asarray(image.get_array()) for image in figure.axes[0].images]
    assert len(pictures) == len(RULES)
    for picture, mean in zip(pictures, means["only"].values(), strict=True):
        assert (picture[40:, 28] == AXIS).all()
        np.testing.assert_array_equal(picture[:10, :20], overlay(FACE, mean)[:10, :20])
