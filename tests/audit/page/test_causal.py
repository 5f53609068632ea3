"""The section on what the networks use, with numbers that point either way."""

from typing import Any

import pandas as pd
import pytest

from heed.audit.page.causal import NO_FLIPS, uses


def moved(table: pd.DataFrame, model: str, metric: str, value: float, spread: float = 0.01) -> None:
    chosen = (table[["model", "metric", "attribute"]] == [model, metric, "OVERALL"]).all(axis=1)
    table.loc[chosen, ["mean", "low", "high"]] = [value, value - spread, value + spread]


def ranked(results: Any, sign: int) -> None:
    """Attributes of model balanced rank by the evidence as by flips, or the other way round."""
    versions, causal = results.versions.reset_index(drop=True), results.causal
    flips = causal[(causal["model"] == "balanced") & (causal["metric"] == "flip")]
    rows = (versions["model"] == "balanced") & (versions["version"] == "evidence")
    versions.loc[rows, "amr_normalised"] = sign * flips["mean"].to_numpy()
    object.__setattr__(results, "versions", versions)


def test_the_sentence_follows_the_numbers(results: Any, settings: Any) -> None:
    table = results.causal.reset_index(drop=True)
    moved(table, "balanced", "flip", 0.6)
    moved(table, "unbalanced", "flip", 0.01, 0.05)
    moved(table, "balanced", "off_target", 0.2)
    moved(table, "balanced", "top", 0.8)
    moved(table, "balanced", "top_less_random", 0.7)
    moved(table, "unbalanced", "top_less_random", -0.2)
    found = uses(table, results.versions, "2", settings)
    assert found.sentence.startswith(
        "When an attribute alone is flipped in the drawn face, its logit follows, by 0.600 "
        "(0.590 to 0.610) standard deviations for the balanced network (the others move by "
        "0.200); when "
        "an attribute alone is flipped, whether its logit follows is not clear: +0.010 "
        "(\u22120.040 to +0.060) standard deviations for the unbalanced network (the others "
        "move by 0.000)"
    )
    falls = "what a map explains falls {} with its 5 top cells deleted than with as many at random:"
    assert f"{falls.format('more')} 0.800 against" in found.sentence
    assert falls.format("less") in found.sentence


def test_what_is_not_clear_or_missing_claims_nothing(results: Any, settings: Any) -> None:
    table = results.causal.reset_index(drop=True)
    moved(table, "balanced", "top_less_random", 0.1, 0.2)
    moved(table, "unbalanced", "top_less_random", float("nan"))
    found = uses(table, results.versions, "2", settings).sentence
    assert (
        "whether what a map explains falls more with its 5 top cells deleted than with as many at "
        "random is not clear: "
    ) in found
    assert "; nothing is known of deleted cells; " in found


@pytest.mark.parametrize(("sign", "word"), [(1, "more"), (-1, "less")])
def test_ranks_turn_the_sentence(results: Any, settings: Any, sign: int, word: str) -> None:
    ranked(results, sign)
    found = uses(results.causal, results.versions, "2", settings)
    assert (
        "the higher the normalised AMR of an attribute against the evidence, the "
        f"{word} it is used: rank correlation {'+' if sign > 0 else chr(0x2212)}1.000"
    ) in found.sentence
    (line,) = [
        row for row in found.rows
        if "against the evidence" in row.quantity and row.model.startswith("balanced")
    ]  # fmt: skip
    assert line.value == ("+1.000" if sign > 0 else "\u22121.000")
    assert line.model == "balanced (40 attributes)"


def test_photographs_have_no_flips_and_the_page_says_why(results: Any, settings: Any) -> None:
    table = results.causal[~results.causal["metric"].isin(["flip", "off_target"])]
    found = uses(table, results.versions[results.versions["version"] != "evidence"], "2", settings)
    assert NO_FLIPS in found.sentence.replace("Photographs", "photographs")
    assert "flip" not in " ".join(row.quantity for row in found.rows)
    assert "evidence" not in found.sentence
