"""Each sentence with numbers that point one way, the other way, nowhere, or are missing."""

from typing import Any

import pytest

from heed.audit.page.questions import amr_and_error, networks_compared

BOOTSTRAP: dict[str, Any] = {"resamples": 200, "confidence": 0.95, "seed": 0}


def correlated(
    statistics: dict[str, Any], model: str, r: float | None, spread: float = 0.1
) -> None:
    low, high = (None, None) if r is None else (r - spread, r + spread)
    statistics["amr"][model] |= {"pearson": r, "pearson_low": low, "pearson_high": high}


def test_question_1_turns_with_the_correlation(results, published) -> None:
    correlated(results.statistics, "balanced", -0.5)
    correlated(results.statistics, "unbalanced", 0.5)
    found = amr_and_error(results.statistics, published)
    assert found.sentence == (
        "No, the higher an attribute's AMR, the higher its error rate: Pearson's r = "
        "+0.500 (+0.400 to +0.600, n = 33) for the unbalanced network; yes, the higher an "
        "attribute's AMR, the lower "
        "its error rate: "
        "Pearson's r = −0.500 (−0.600 to −0.400, n = 33) for the balanced network."
    )
    # r = -.17 and +.22 over 40 attributes: neither interval leaves out 0
    assert found.published.endswith("The paper shows no clear direction for either network.")
    assert [row.published for row in found.rows[:2]] == ["−0.171", "+0.221"]

    correlated(results.statistics, "balanced", 0.05)
    correlated(results.statistics, "unbalanced", None)
    found = amr_and_error(results.statistics, published)
    assert found.sentence == (
        "Not clearly: the correlation of AMR and error rate (Pearson's r) is +0.050 (−0.050 "
        "to +0.150, n = 33) for "
        "the balanced network; too few attributes to tell: the correlation is – for the "
        "unbalanced network."
    )
    assert found.published.endswith("The paper shows no clear direction for the balanced network.")


def apart(audit: dict[str, Any], key: str, value: float | None, spread: float = 0.001) -> None:
    low, high = (None, None) if value is None else (value - spread, value + spread)
    pair = audit["differences"]["unbalanced_minus_balanced"]
    pair[key] = {"value": value, "low": low, "high": high}


def test_question_4_turns_with_the_differences(results, published) -> None:
    apart(results.audit, "amr", -0.25)
    apart(results.audit, "error_rate", -0.04)
    apart(results.audit, "pe_predicted_minority", 0.06)
    apart(results.audit, "pe_predicted_majority", None)
    apart(results.audit, "balanced_error_rate", 0.02, spread=0.1)
    found = networks_compared(results.audit, published, 5)
    assert found.sentence == (
        "On average over these attributes, compared with the balanced network, the "
        "unbalanced network "
        "has a higher PE for the minority class (+0.060, +0.059 to +0.061), a lower AMR (−0.250, "
        "−0.251 to −0.249) and a lower error rate (−4.0 points, −4.1 to −3.9), "
        "no comparable PE for the majority class; balanced error (+2.0 points, −8.0 to "
        "+12.0) does not differ "
        "clearly."
    )
    assert found.published.endswith(
        "Compared with it: same direction for AMR, PE for the minority class and error rate; "
        "this run shows no clear direction for balanced error."
    )
    assert (
        "Follow-up (arXiv 2403.14435) (maps by hirescam, here by gradcam; maps" in found.published
    )
    assert [row for row in found.rows if row.quantity == "AMR"][2].published == "−0.270"

    apart(results.audit, "amr", 0.01, spread=0.02)
    unclear = networks_compared(results.audit, published, 5).published
    assert (
        "Compared with it: same direction for PE for the minority class and error rate" in unclear
    )
    assert unclear.endswith("this run shows no clear direction for AMR and balanced error.")
    apart(results.audit, "amr", 0.0, spread=0)
    assert ", an equal AMR" in networks_compared(results.audit, published, 5).sentence

    apart(results.audit, "amr", 0.25)
    apart(results.audit, "error_rate", 0.04)
    turned = networks_compared(results.audit, published, 5)
    assert (
        "a higher AMR (+0.250, +0.249 to +0.251), a higher PE for the minority class (+0.060, "
        "+0.059 to +0.061) and a higher error rate" in (turned.sentence)
    )
    assert turned.published.endswith("this run shows no clear direction for balanced error.")
    assert "; opposite direction for AMR and error rate;" in turned.published


def test_question_4_for_one_and_for_three_networks(make_results, beside) -> None:
    alone = networks_compared(make_results(["only"]).audit, beside(["only"]), 5)
    assert alone.sentence == "Only one network was audited, so there is nothing to compare."
    names = ["a", "b", "c"]
    three = networks_compared(make_results(names).audit, beside(names), 5)
    assert three.sentence.count("compared with") + three.sentence.count("Compared with") == 3
    differences = [row for row in three.rows if "−" in row.model]
    assert {row.published for row in differences} == {""}  # all three are set beside the same one


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"]])
def test_question_1_for_any_number_of_networks(make_results, names, beside) -> None:
    found = amr_and_error(make_results(names).statistics, beside(names))
    assert [row.model for row in found.rows if row.quantity == "Pearson's r"] == names
