from typing import Any

import pytest

from heed.audit.page.answer import counted, covered, difference, lead, measures
from tests.audit.page.conftest import gap as stored


def number(value: float | None, spread: float = 0.01) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value - spread, "high": value + spread}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ").lower()


def with_gaps(audit: dict[str, Any], *gaps: float | None) -> dict[str, Any]:
    for of_model, gap in zip(audit["models"].values(), gaps, strict=True):
        of_model["pe_gap"] = stored(gap)
    return audit


def test_the_gap_is_told_with_its_pattern_over_attributes(results) -> None:
    results.audit["models"]["unbalanced"]["pe_gap"] = stored(0.03, above=24)
    assert (
        "for the unbalanced network (above 0 in 24 of 40 attributes, sign test p = .268)"
        in (lead(results.audit, 0.95)[1])
    )


def test_networks_are_compared_on_the_attributes_that_count_for_both(results) -> None:
    audit = results.audit
    pair = audit["differences"]["unbalanced_minus_balanced"]
    assert counted(audit, 5) == ""  # all are over 40
    audit["models"]["unbalanced"]["pe_attributes"] = pair["pe_attributes"] = 27
    pair["pe_gap"] = number(0.124) | {"first": 0.036, "second": 0.16}
    assert lead(audit, 0.95)[0] == (
        "Over the 27 attributes of which both predict both classes often enough, the PE gap "
        "is +0.160 for the unbalanced network and +0.036 for the balanced network "
        "(difference +0.124, +0.114 to +0.134)."
    )
    assert counted(audit, 5) == (
        "A difference between networks in PE gap, or in PE by predicted class, is over the 27 "
        "attributes that count for both (each class predicted for at least 5 faces); the numbers "
        "of one network are over all that count for it: 40 for the balanced network and 27 "
        "for the unbalanced network. So "
        "a difference need not be that of the numbers beside it."
    )
    pair["pe_gap"] = number(None) | {"first": None, "second": None}
    assert lead(audit, 0.95)[0].startswith("PE gap with 95")


def test_of_three_networks_each_pair_has_its_attributes(make_results) -> None:
    audit = make_results(["a", "b", "c"]).audit
    audit["differences"]["c_minus_a"]["pe_attributes"] = 30
    assert "of which a and c predict both classes often enough" in lead(audit, 0.95)[1]
    assert "over the 40 (b − a), 30 (c − a) and 40 (c − b) attributes" in counted(audit, 5)
    assert counted(make_results(["only"]).audit, 5) == ""


def test_equal_networks_are_called_equal(results) -> None:
    audit = results.audit
    for key in ("error_rate", "amr"):
        audit["differences"]["unbalanced_minus_balanced"][key] = number(0.0, spread=0)
    assert (
        "the error rate of the balanced and unbalanced networks is equal (25.0 % (24.0 to "
        "26.0) for the balanced network and" in (plain(lead(audit, 0.95)[-1]))
    )
    assert "no network's balanced error is clearly the lower" in plain(lead(audit, 0.95)[-1])
    unclear = {row.key: row.differences[0].unclear for row in measures(audit)}
    assert (unclear["amr"], unclear["proportional_energy"]) == ("equal", "not clear")


def test_what_intervals_cover_is_said(results) -> None:
    audit = results.audit
    assert covered(audit) == (
        "the 4 persons and the 3 trainings of each network; each number is the mean of the 3"
    )
    audit["models"]["balanced"]["replicates"] = 2
    assert covered(audit).endswith(
        "the trainings (2 of balanced and 3 of unbalanced); each number is their mean"
    )
    for of_model in audit["models"].values():
        of_model["replicates"] = 1
    assert covered(audit).endswith("for these very trainings: another training may lie outside")
    audit["persons"] = audit["faces"]
    assert covered(audit).startswith(
        "the faces, each taken for a person of its own, for these very"
    )


def test_any_number_of_networks(make_results) -> None:
    alone = make_results(["only"]).audit
    assert plain(lead(alone, 0.95)[1]).startswith("its error rate is 25.0 % (24.0 to 26.0);")
    assert measures(alone)[0].differences == []
    three = with_gaps(make_results(["a", "b", "c"]).audit, 0.3, 0.2, None)
    assert len(measures(three)[0].dots) == len(measures(three)[0].differences) == 3


def test_the_lead_names_the_better_network_only_where_it_is_clear(results) -> None:
    audit = results.audit
    audit["models"]["balanced"]["error_rate"] = number(0.1)
    audit["models"]["unbalanced"]["error_rate"] = number(0.08)
    audit["differences"]["unbalanced_minus_balanced"]["error_rate"] = number(-0.02)
    assert (
        "the lower error rate is that of the unbalanced network: 8.0 % (7.0 to 9.0), against 10.0 %"
        in (plain(lead(audit, 0.95)[-1]))
    )
    audit["differences"]["unbalanced_minus_balanced"]["error_rate"] = number(-0.02, spread=0.03)
    assert (
        "no network's error rate is clearly the lower (8.0 % (7.0 to 9.0) for the unbalanced "
        "network and 10.0 %" in (plain(lead(audit, 0.95)[-1]))
    )
    audit["models"]["balanced"]["error_rate"] = number(None)
    assert "only for the unbalanced network the error rate is known: 8.0 %" in plain(
        lead(audit, 0.95)[-1]
    )


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
    assert rows["amr"].unclear == ""
    assert rows["amr"].value == "−0.200"
    assert rows["pe_gap"].unclear == "not clear"
