"""The section on groups of faces, with differences that point either way or nowhere."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from heed.audit.page.crossed import both_groups


def differing(table: pd.DataFrame, model: str, metric: str, value: float, spread: float) -> None:
    chosen = (table[["model", "metric", "attribute"]] == [model, metric, "OVERALL"]).all(axis=1)
    numbers = [value, value - spread, value + spread]
    table.loc[chosen, ["difference", "difference_low", "difference_high"]] = numbers


def test_the_sentence_turns_with_the_differences(results: Any) -> None:
    table = results.crossed
    differing(table, "balanced", "error_rate", 0.04, 0.01)
    differing(table, "unbalanced", "error_rate", -0.02, 0.01)
    differing(table, "balanced", "proportional_energy", np.nan, 0.0)
    found = both_groups(table)
    assert found.sentence == (
        "Male: on average over these attributes, compared with other faces, those with it have "
        "a higher error rate (+4.0 points, +3.0 to +5.0, for the balanced network), a lower error "
        "rate (−2.0 points, −3.0 to −1.0, for the unbalanced network) and no comparable PE (–, for "
        "the balanced network); nothing else differs clearly."
    )
    assert "where an attribute is rare in one group, it is easy to be right there" in found.caveat
    assert found.title.endswith("groups (Male)?")
    rows = {(line.quantity, line.model): line.value for line in found.rows}
    assert rows["Error rate by Male", "balanced: with"] == "25.0\N{NO-BREAK SPACE}%".replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert rows["Attributes that differ in PE by Male", "unbalanced"] == "10 of 38 attributes"


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"]])
def test_any_number_of_networks(make_results: Any, names: list[str]) -> None:
    found = both_groups(make_results(names).crossed)
    assert found.sentence == (
        "Male: on average over these attributes nothing differs clearly between faces with "
        "and without it."
    )
    assert len(found.rows) == 3 * 4 * len(names)
