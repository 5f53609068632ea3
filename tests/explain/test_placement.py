import json

import numpy as np
import pytest

from heed.explain.placement import (
    AxisPlacement,
    Placement,
    PlacementError,
    half_pixel_axis,
    stored_placement,
)
from tests.placements import stored, uneven


def test_half_pixel_cells_are_the_centres_of_blocks() -> None:
    for size, cells in ((224, 7), (96, 3), (225, 7)):
        stride, offset = half_pixel_axis(size, cells)
        pixels = np.arange(size)
        blocks = np.array_split(pixels, cells)
        if size % cells == 0:
            centres = [block.mean() for block in blocks]
            np.testing.assert_allclose(stride * np.arange(cells) + offset, centres)
        assert offset == (stride - 1) / 2


def test_pixels_lie_among_the_cells_by_hand() -> None:
    places = AxisPlacement(32, 2).places(224, 7)
    assert places[2] == 0
    assert places[2 + 3 * 32 + 8] == 3.25
    np.testing.assert_array_equal(
        half_pixel_axis(224, 7).places(224, 7)[[15, 16]], [-1 / 64, 1 / 64]
    )


def test_placements_come_back_from_json() -> None:
    placement = uneven(224, 7)
    assert placement.x != placement.y
    assert Placement.of(json.loads(json.dumps(placement.attributes()))) == placement


def test_the_chosen_rule_or_another_is_read() -> None:
    attributes = stored(224, 7)
    assert stored_placement(attributes, "data/cams") == uneven(224, 7)
    assert stored_placement(attributes, "", "half_pixel") == Placement.half_pixel(224, 7)
    assert Placement.half_pixel(224, (7, 14)).x == AxisPlacement(16, 7.5)


@pytest.mark.parametrize(
    ("axis", "says"),
    [
        (AxisPlacement(0.5, 0), "a stride of 0.5 pixels; expected at least 1"),
        (
            AxisPlacement(32, 63),
            r"7 cells at 32 i \+ 63 lie at pixels 63 to 255; .* outside of 0 to",
        ),
        (AxisPlacement(32, -32), r"at pixels -32 to 160"),
        (AxisPlacement(float("nan"), 0), "expected at least 1"),
    ],
)
def test_cells_that_no_pixel_sees_are_refused(axis: AxisPlacement, says: str) -> None:
    with pytest.raises(PlacementError, match=says):
        axis.check(224, 7)
    AxisPlacement(32, 62).check(224, 7)
    AxisPlacement(32, -31).check(224, 7)
