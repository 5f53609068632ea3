from math import nan

import pytest

from heed.pages.number import Number
from heed.pages.whiskers import scale


def test_the_scale_is_round_and_holds_everything() -> None:
    along = scale([Number(0.137, 0.132, 0.143), Number(0.084, 0.08, 0.088)])
    assert along.ticks == (0.0, 0.05, 0.1, 0.15)
    assert along.place(0.075) == 50
    assert along.place(0.0) == 0


def test_zero_is_on_every_scale() -> None:
    along = scale([Number(-0.012, -0.02, 0.001)])
    assert along.ticks[0] <= -0.02
    assert 0.0 in along.ticks
    assert along.ticks[-1] >= 0.001
    assert along.place(along.ticks[0]) == 0
    assert along.place(along.ticks[-1]) == 100


@pytest.mark.parametrize("numbers", [[], [Number(nan)], [Number(0.0, 0.0, 0.0)]])
def test_nothing_to_draw_still_gives_a_scale(numbers: list[Number]) -> None:
    assert scale(numbers).ticks == (0.0, 0.005, 0.01)
