from typing import Any

import pytest

from heed.audit.page.answer import difference, headline, lead, measures


def number(value: float | None, spread: float = 0.01) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value - spread, "high": value + spread}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ").lower()


def with_gaps(audit: dict[str, Any], *gaps: float | None) -> dict[str, Any]:
    for of_model, gap in zip(audit["models"].values(), gaps, strict=True):
        of_model["pe_gap"] = number(gap)
    return audit


def test_the_headline_turns_with_the_gaps(results) -> None:
    assert headline(with_gaps(results.audit, 0.002, 0.03)) == (
        "The unbalanced network looks less where it should when it predicts an attribute's "
        "commoner class; the balanced network shows no clear difference between the two."
    )
    assert headline(with_gaps(results.audit, -0.03, 0.0)) == (
        "The balanced network looks less where it should when it predicts an attribute's rarer "
        "class; the unbalanced network shows no clear difference between the two."
    )
    assert headline(with_gaps(results.audit, 0.03, 0.03)) == (
        "The networks balanced and unbalanced look less where they should when they predict an "
        "attribute's commoner class."
    )
    assert headline(with_gaps(results.audit, 0.03, -0.03)).endswith(
        "the unbalanced network looks less where it should when it predicts the rarer one."
    )


def test_the_headline_says_when_there_is_nothing_to_say(results) -> None:
    assert headline(with_gaps(results.audit, 0.0, 0.0)) == (
        "The networks balanced and unbalanced show no clear difference between predicting an "
        "attribute's rarer and commoner class."
    )
    assert headline(with_gaps(results.audit, None, None)) == (
        "The networks balanced and unbalanced predict too few of both classes to tell."
    )


def test_any_number_of_networks(make_results) -> None:
    alone = make_results(["only"]).audit
    assert headline(with_gaps(alone, 0.3)).startswith("The only network looks less")
    assert plain(lead(alone, 0.95)[1]).startswith("its error rate is 25.0 % (24.0 to 26.0);")
    assert measures(alone)[0].differences == []
    three = with_gaps(make_results(["a", "b", "c"]).audit, 0.3, 0.2, None)
    assert headline(three).startswith("The networks a and b look less")
    assert headline(three).endswith("; the c network predicts too few of both classes to tell.")
    assert len(measures(three)[0].dots) == len(measures(three)[0].differences) == 3


def test_the_lead_names_the_better_network_only_where_it_is_clear(results) -> None:
    audit = results.audit
    audit["models"]["balanced"]["error_rate"] = number(0.1)
    audit["models"]["unbalanced"]["error_rate"] = number(0.08)
    audit["differences"]["unbalanced_minus_balanced"]["error_rate"] = number(-0.02)
    assert "the lower error rate is that of unbalanced (8.0 %, against 10.0 % for balanced)" in (
        plain(lead(audit, 0.95)[1])
    )
    audit["differences"]["unbalanced_minus_balanced"]["error_rate"] = number(-0.02, spread=0.03)
    assert "no network's error rate is clearly the lower (8.0 % for unbalanced and 10.0 %" in (
        plain(lead(audit, 0.95)[1])
    )
    audit["models"]["balanced"]["error_rate"] = number(None)
    assert "only for unbalanced the error rate is known: 8.0 %" in plain(lead(audit, 0.95)[1])


def test_differences_can_be_asked_for_either_way_round(results) -> None:
    results.audit["differences"]["unbalanced_minus_balanced"]["amr"] = number(-0.2)
    assert difference(results.audit, "unbalanced", "balanced", "amr").value == -0.2
    turned = difference(results.audit, "balanced", "unbalanced", "amr")
    assert (turned.value, turned.low, turned.high) == pytest.approx((0.2, 0.19, 0.21))


def test_dots_lie_where_the_ticks_say(results) -> None:
    audit = results.audit
    audit["models"]["balanced"]["error_rate"] = number(0.1)
    audit["models"]["unbalanced"]["error_rate"] = number(0.2, spread=0.0)
    row = measures(audit)[0]
    assert row.ticks == [
        (0.0, "0 %"),
        (25.0, "5 %"),
        (50.0, "10 %"),
        (75.0, "15 %"),
        (100.0, "20 %"),
    ]
    assert [dot.place for dot in row.dots] == [50.0, 100.0]
    assert row.dots[0].whisker == (45.0, 55.0)
    assert row.dots[0].value == "10.0 %"
    assert "balanced 10.0 % (9.0 to 11.0) and unbalanced 20.0 %" in row.description


def test_missing_numbers_are_not_drawn(results) -> None:
    row = measures(with_gaps(results.audit, None, 0.1))[4]
    assert (row.dots[0].place, row.dots[0].whisker, row.dots[0].value) == (None, None, "–")
    assert row.dots[1].place is not None


def test_only_a_difference_whose_interval_leaves_out_0_is_clear(results) -> None:
    pair = results.audit["differences"]["unbalanced_minus_balanced"]
    pair["amr"], pair["pe_gap"] = number(-0.2), number(-0.005)
    rows = {row.key: row.differences[0] for row in measures(results.audit)}
    assert rows["amr"].clear
    assert rows["amr"].value == "−0.200"
    assert not rows["pe_gap"].clear
