"""The headline claims what all versions of the masks agree on, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from heed.audit.page.agreement import agreement, gap_rows, gaps_apart, headline, surety
from tests.audit.page.conftest import gaps_of

BOTH = ("balanced", "unbalanced")
UP, DOWN = (0.05, 0.03, 0.2, 0.1), (-0.05, -0.03, -0.2, -0.1)
NOTHING = (np.nan,) * 4
WAY = ("2", "half_pixel")


def test_the_headline_turns_with_the_gaps() -> None:
    assert headline(gaps_of(BOTH, unbalanced=UP), BOTH) == (
        "The unbalanced network looks less where it should when it predicts the majority class; "
        "the balanced network shows no such tendency across attributes."
    )
    assert headline(gaps_of(BOTH, balanced=DOWN), BOTH) == (
        "The balanced network looks less where it should when it predicts the minority class; the "
        "unbalanced network shows no such tendency across attributes."
    )
    assert headline(gaps_of(BOTH, balanced=UP, unbalanced=UP), BOTH) == (
        "The balanced and unbalanced networks look less where they should when they "
        "predict the majority class."
    )
    assert headline(gaps_of(BOTH, balanced=UP, unbalanced=DOWN), BOTH).endswith(
        "the unbalanced network looks less where it should when it predicts the minority class."
    )


@pytest.mark.parametrize("odd", [0.0, -0.05, 0.005])
def test_one_mask_that_disagrees_is_enough(odd: float) -> None:
    """The gap of v2 alone was reversed by v3 on photographs."""
    gaps = gaps_of(BOTH, balanced=(0.05, 0.05, odd, 0.05), unbalanced=UP)
    assert headline(gaps, BOTH).endswith(
        "; whether the balanced network looks less where it should when it predicts the majority "
        "class depends on how maps are scored."
    )
    only = gaps_of(["only"], only=(0.05, 0.05, odd, 0.05))
    assert headline(only, ["only"]) == (
        "Whether the only network looks less where it should when it predicts the majority "
        "class depends on how maps are scored."
    )


def test_the_headline_speaks_of_attributes_in_general_only_where_they_agree() -> None:
    here = (0.05, 0.015, 0.2, 0.1)
    assert headline(gaps_of(BOTH, balanced=UP, unbalanced=here), BOTH).endswith(
        "; the unbalanced network shows no such tendency across attributes."
    )
    assert headline(gaps_of(["only"], only=here), ["only"]) == (
        "The only network shows no clear difference between the majority and the minority class "
        "across attributes."
    )


def test_masks_that_disagree_on_these_attributes_alone_are_no_claim() -> None:
    """The audit of drawn faces: clear on average under some masks, in general under none."""
    gaps = gaps_of(BOTH, balanced=(-0.015, -0.005, -0.018, -0.012), unbalanced=UP)
    assert headline(gaps, BOTH).endswith(
        "; the balanced network shows no such tendency across attributes."
    )


def test_networks_that_are_claimed_alike_share_a_clause() -> None:
    found = headline(gaps_of(BOTH, balanced=(0.015,) * 4, unbalanced=(-0.015,) * 4), BOTH)
    assert found.startswith("The balanced and unbalanced networks show no clear difference")
    five = tuple("abcde")
    assert headline(gaps_of(five, a=UP, c=UP), five) == (
        "The a and c networks look less where they should when they predict the majority class; "
        "the b, d and e networks show no such tendency across attributes."
    )


def test_sentences_stay_short_with_many_networks() -> None:
    five = tuple("abcde")
    gaps = gaps_of(five, b_minus_a=UP, c_minus_a=UP)
    assert headline(gaps, five) == (
        "All 5 networks show no clear difference between the majority and the minority class "
        "across attributes."
    )
    assert surety(gaps, five, WAY) == (
        "Of 10 pairs of networks, 2 differ in PE gap however maps are scored."
    )


def test_the_headline_says_when_there_is_nothing_to_say() -> None:
    assert headline(gaps_of(BOTH), BOTH) == (
        "The balanced and unbalanced networks show no clear difference between the majority and "
        "the minority class across attributes."
    )
    assert headline(gaps_of(BOTH, balanced=NOTHING, unbalanced=NOTHING), BOTH) == (
        "The balanced and unbalanced networks predict one of the two classes too rarely to tell."
    )
    equal = gaps_of(BOTH)
    bounds = ["low", "high", "attributes_low", "attributes_high"]
    equal.loc[equal["model"] == "balanced", bounds] = 0.0
    assert "the balanced network shows no difference" in headline(equal, BOTH)


def test_how_sure_the_headline_is_depends_on_what_was_scored() -> None:
    gaps = gaps_of(BOTH, unbalanced=UP, unbalanced_minus_balanced=UP)
    assert surety(gaps, BOTH, WAY) == (
        "This holds for the unbalanced network with all 4 kinds of masks and across attributes. "
        "The PE gap of the unbalanced network is greater than that of the balanced network by "
        "0.030 (0.020 to 0.040), and by 0.030 to 0.200 in all 4 ways of scoring, on the same 40 "
        "attributes."
    )
    assert "kinds of masks" not in surety(gaps[gaps["version"] == "2"], BOTH, WAY)
    assert surety(gaps_of(["only"], only=UP), ["only"], WAY).startswith("This holds with all 4")
    assert surety(gaps_of(["only"]), ["only"], WAY) == ""
    both = pd.concat([gaps, gaps.assign(placement="receptive_field")])
    assert (
        "with all 4 kinds of masks, with both ways of placing the maps and across attributes"
        in surety(both, BOTH, WAY)
    )


def test_gaps_of_two_networks_are_compared_by_their_difference() -> None:
    gaps = gaps_of(BOTH, unbalanced_minus_balanced=UP)
    assert gaps_apart(gaps, BOTH, WAY) == (
        "The PE gap of the unbalanced network is greater than that of the balanced network by "
        "0.030 (0.020 to 0.040), and by 0.030 to 0.200 in all 4 ways of scoring, on the same 40 "
        "attributes."
    )
    assert gaps_apart(gaps_of(BOTH), BOTH, WAY).endswith("do not differ clearly across attributes.")
    mixed = gaps_of(BOTH, unbalanced_minus_balanced=(0.05, -0.05, 0.2, 0.1))
    assert gaps_apart(mixed, BOTH, WAY).endswith("differ depends on how maps are scored.")
    assert gaps_apart(gaps_of(["only"]), ["only"], WAY) == ""


def test_the_least_gap_is_the_one_nearest_to_nothing() -> None:
    gaps = gaps_of(["a"], a=DOWN)
    found = agreement(gaps)
    assert (found.verdict, found.least, found.most) == ("down", -0.03, -0.2)


def test_the_table_has_a_row_per_version_and_a_column_per_difference() -> None:
    columns, rows = gap_rows(gaps_of(BOTH, unbalanced=UP))
    assert columns == ["balanced", "unbalanced", "unbalanced \N{MINUS SIGN} balanced"]
    assert [row.way for row in rows] == [
        f"{masks}, half-pixel rule" for masks in ("masks 1", "masks 2", "masks 3", "evidence")
    ]
    assert [row.cells[1][0] for row in rows] == ["+0.050", "+0.030", "+0.200", "+0.100"]
    assert [row.cells[1][2] for row in rows] == [True] * 4
    assert [row.cells[0][2] for row in rows] == [False] * 4


def test_both_placements_have_to_agree() -> None:
    gaps = gaps_of(BOTH, unbalanced=UP)
    other = gaps.assign(placement="receptive_field")
    both = pd.concat([gaps, other])
    assert [row.way for row in gap_rows(both)[1]][4] == "masks 1, where the cells look"
    other.loc[other["model"] == "unbalanced", ["low", "attributes_low"]] = -0.1
    assert "depends on how maps are scored" in headline(pd.concat([gaps, other]), BOTH)
