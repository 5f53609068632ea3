import json

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from heed.base.rounding import (
    count_text,
    mean_count,
    rounded,
    rounded_table,
    significant,
    supported,
)
from heed.pages.number import printed

NAN = float("nan")


@given(st.floats(-2, 2), st.floats(1e-6, 10), st.floats(0, 1))
def test_the_error_is_below_a_hundredth_of_the_width_and_a_tenth_as_many_would_not_do(
    value, width, place
):
    low = value - place * width
    high = low + width
    found = supported(value, low, high)
    error = np.abs(found - [value, low, high])
    assert (error < 0.01 * (high - low) + 1e-12).all()
    for number in found:
        decimals = len(f"{number:.12f}".rstrip("0").partition(".")[2])
        if decimals > 3:  # one decimal less might be off by more, or be rounded wrongly once more
            coarse = 0.5 * 10.0 ** -(decimals - 1) >= 0.01 * width * (1 - 1e-9)
            assert coarse or f"{number:.{decimals - 1}f}".rstrip("0").endswith("5")


@given(st.floats(-2, 2), st.floats(1e-4, 10), st.integers(1, 3))
def test_rounding_once_more_gives_what_the_number_itself_would(value, width, decimals):
    away = abs(value * 10**decimals % 1 - 0.5)  # from a tie, where floats do not know either
    assume(away > 1e-6)
    kept = supported(value, value - width, value + width)[0]
    assert float(f"{kept:.{decimals}f}") == float(f"{value:.{decimals}f}")
    assert supported(kept, value - width, value + width)[0] == kept


def test_a_number_that_would_end_in_a_5_says_on_which_side_of_it_it_lies():
    # kept as .2005 it would be printed as 20.1 %; and .200498 as .20050 likewise
    bounds = (0.19203, 0.20914)
    assert supported(0.2004617, *bounds).tolist() == [0.20046, 0.192, 0.2091]
    assert supported(0.200498, *bounds)[0] == 0.200498
    assert supported(0.2005, *bounds)[0] == 0.2005
    assert supported(0.2005000000000001, *bounds)[0] == 0.2005  # noise of a float says nothing
    assert significant([0.12345, 0.123449, 15.0, 500.04]).tolist() == [0.12345, 0.1234, 15, 500]
    assert printed(supported(0.2004617, *bounds)[0], "percent") == "20.0 %"


def test_by_hand():
    # width .0036: a hundredth is .000036; half of .00001 is less, half of .0001 is not
    # and .43204967 would end in a 5 that it does not reach
    assert supported(0.43384388, 0.43204967, 0.43561092).tolist() == [0.43384, 0.4320497, 0.43561]
    assert supported(12.3456, 0.0, 300.0).tolist() == [12.346, 0.0, 300.0]
    assert supported(-0.00012, -0.4, 0.4).tolist() == [0.0, -0.4, 0.4]
    assert np.signbit(supported(-0.00012, -0.4, 0.4)[0]) == np.False_


def test_without_an_interval_there_are_four_digits():
    for low, high in ((NAN, NAN), (0.25, 0.25)):
        assert supported(0.123412, low, high)[0] == 0.1234
    assert significant([123456.0, -0.000123412, 0.0]).tolist() == [123500.0, -0.0001234, 0.0]
    assert np.isnan(significant(NAN))
    assert np.isinf(significant(np.inf))


def test_columns_go_with_their_bounds_and_others_alone():
    table = pd.DataFrame(
        {
            "attribute": ["Bald", "Young"],
            "n": [12345678, 3],
            "mean": [0.123456, NAN], "low": [0.1, NAN], "high": [0.2, NAN],
            "fnr": [0.123456, 0.5], "fnr_low": [0.123, 0.1], "fnr_high": [0.124, 0.9],
            "p": [0.000123412, 0.5],
        }
    )  # fmt: skip
    found = rounded_table(table)
    assert found["mean"].tolist()[0] == 0.123
    assert found[["fnr", "fnr_low", "fnr_high"]].iloc[0].tolist() == [0.12346, 0.123, 0.124]
    assert found["p"].tolist() == [0.0001234, 0.5]
    assert found["n"].tolist() == [12345678, 3]
    assert np.isnan(found["low"][1])
    assert table["mean"][0] == 0.123456  # the table itself stays
    pd.testing.assert_frame_equal(rounded_table(found), found)


def test_json_goes_by_the_same_rules():
    content = {
        "faces": 646, "name": "a", "known": True, "none": None, "list": [0.123412],
        "gap": {"value": 0.0336178, "low": 0.02861, "high": 0.03934, "attributes_low": 0.0033301},
        "pearson": -0.230764, "pearson_low": -0.557776, "pearson_high": 0.137206,
    }  # fmt: skip
    assert rounded(content) == {
        "faces": 646, "name": "a", "known": True, "none": None, "list": [0.1234],
        "gap": {"value": 0.0336, "low": 0.0286, "high": 0.0393, "attributes_low": 0.00333},
        "pearson": -0.231, "pearson_low": -0.558, "pearson_high": 0.137,
    }  # fmt: skip
    assert json.dumps(rounded({"value": 0.1 + 0.2, "low": 0.0, "high": 1.0})) == (
        '{"value": 0.3, "low": 0.0, "high": 1.0}'
    )
    assert np.isnan(rounded({"value": NAN, "low": NAN, "high": NAN})["value"])


def test_numbers_of_faces_are_means_to_one_decimal_and_never_0_for_some():
    assert mean_count([[1, 12345], [0, 12345], [0, 12346]]).tolist() == [0.3, 12345.3]
    assert mean_count(np.eye(40, 2, dtype=int)).tolist() == [0.1, 0.1]  # one face in one of 40
    assert mean_count([[0], [0]]).tolist() == [0]
    table = pd.DataFrame({"n": [12345.3, 0.1 + 0.2], "n_p": [25920.0, 1.0]})
    assert rounded_table(table).to_csv(index=False, float_format="%.12g").split() == [
        "n,n_p", "12345.3,25920", "0.3,1"
    ]  # fmt: skip
    assert [count_text(n) for n in (0.0, 0.3, 999.7, 1000.3)] == ["0", "0.3", "1,000", "1,000"]
