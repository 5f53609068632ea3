from math import nan

import pytest

from heed.pages.number import Number, interval, printed, told


def test_the_interval_decides_the_direction() -> None:
    assert Number(0.3, 0.1, 0.5).direction() == "up"
    assert Number(-0.3, -0.5, -0.1).direction() == "down"
    assert Number(0.3, -0.1, 0.5).direction() == "unclear"
    assert Number(0.3, 0.1, 0.5).direction(neutral=0.4) == "unclear"
    assert Number(0.3, 0.1, 0.5).direction(neutral=0.6) == "down"
    assert Number(nan).direction() == "missing"
    assert Number(0.3).direction() == "unclear"  # no interval, no certainty


def test_missing_values_of_the_files_stay_missing() -> None:
    assert Number.of({"value": None, "low": None, "high": None}).direction() == "missing"
    found = Number.of({"r": 0.5, "r_low": 0.25, "r_high": None}, "r")
    assert (found.value, found.low) == (0.5, 0.25)
    assert interval(found, "share") == ""


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [
        (0.1234, "percent", False, "12.3 %"),
        (-0.1234, "percent", True, "−12.3 points"),
        (0.1234, "share", True, "+0.123"),
        (-0.00001, "share", True, "0.000"),
        (0.00014148, "percent", False, "0.014 %"),
        (-0.00099, "percent", True, "−0.099 points"),
        (0.00001, "percent", True, "+0.0010 points"),
        (0.0000001, "percent", True, "0.0 points"),
        (0.0, "percent", False, "0.0 %"),
        (0.001, "percent", False, "0.1 %"),
        (-0.0027453, "fine", True, "−0.00275"),
        (26.6, "count", False, "27"),
        (nan, "percent", True, "–"),
    ],
)
def test_values_are_printed_in_their_unit(value, unit, signed, text) -> None:
    assert printed(value, unit, signed=signed) == text


def test_the_unit_stands_once() -> None:
    assert told(Number(0.1, 0.09, 0.11), "percent") == "10.0 % (9.0 to 11.0)"
    assert told(Number(0.1), "percent") == "10.0 %"


def test_a_difference_turned_round_swaps_its_bounds() -> None:
    assert -Number(1.0, 0.5, 2.0) == Number(-1.0, -2.0, -0.5)


def test_equal_is_a_number_that_no_resample_moves() -> None:
    assert Number(0.0, 0.0, 0.0).direction() == "equal"
    assert Number(0.5, 0.5, 0.5).direction(neutral=0.5) == "equal"
    assert Number(0.0, -0.1, 0.1).direction() == "unclear"
    assert Number(0.0).direction() == "unclear"  # without an interval nothing is certain


def test_a_gap_has_a_second_interval_that_draws_attributes() -> None:
    stored = {
        "value": 0.3,
        "low": 0.2,
        "high": 0.4,
        "attributes_low": -0.1,
        "attributes_high": None,
    }
    found = Number.over_attributes(stored)
    assert (found.value, found.low) == (0.3, -0.1)
    assert found.high != found.high
