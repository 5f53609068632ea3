"""Question 5 with maps that fade, that differ, and neither."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.audit.page.average_maps import average_maps_apart
from heed.audit.page.page import Results
from heed.audit.page.reported import reported
from heed.audit.page.sections import Section
from tests.audit.page.conftest import SETTINGS

BOOTSTRAP: dict[str, Any] = {"resamples": 200, "confidence": 0.95, "seed": 0}


def answered(results: Results) -> Section:
    beside = reported(dict.fromkeys(results.audit["models"], "none"), SETTINGS)
    return average_maps_apart(results.kl, beside, results.intensity, results.groups, **BOOTSTRAP)


def distances(kl: pd.DataFrame, p: str, values: np.ndarray) -> None:
    kl.loc[kl["p"] == p, "proper"] = 2 * values[::-1]  # what is said follows the corrected ones
    kl.loc[kl["p"] == p, "corrected"] = values


def intensities(results: Results, model: str, values: np.ndarray) -> None:
    groups = results.groups
    chosen = (groups["model"] == model) & (groups["metric"] == "intensity")
    groups.loc[chosen & (groups["group"] == "all") & (groups["attribute"] != "OVERALL"), "mean"] = (
        values
    )


def differences(results: Results, p: str, value: float, spread: float = 0.01) -> None:
    table = results.intensity
    chosen = (table["p"] == p) & (table["attribute"] == "OVERALL")
    numbers = [value, value - spread, value + spread]
    table.loc[chosen, ["difference", "difference_low", "difference_high"]] = numbers


def test_the_divergence_turns_with_the_trend(results: Results) -> None:
    kl = results.kl
    growing = np.linspace(0.0, 0.2, 40)
    distances(kl, "balanced/all", growing)
    distances(kl, "balanced/correct", growing[::-1])
    distances(kl, "unbalanced/correct", np.tile([0.1, 0.3], 20))
    found = answered(results)
    assert found.sentence.endswith(
        "In shape, the networks' average maps differ by 0.100 nats of KL divergence beyond what "
        "shuffled faces give, growing with class imbalance (balanced and unbalanced)."
    )
    assert found.published.endswith("Compared with it: same direction for balanced and unbalanced.")
    distances(kl, "balanced/all", growing[::-1])
    turned = answered(results)
    assert (
        "shuffled faces give, shrinking with class imbalance (balanced and unbalanced)"
        in turned.sentence
    )
    assert turned.published.endswith("opposite direction for balanced and unbalanced.")


def test_the_trend_is_spearmans_and_missing_distances_are_left_out(results: Results) -> None:
    values = np.random.default_rng(1).random(40)
    values[[3, 20]] = np.nan
    distances(results.kl, "balanced/all", values)
    known = ~np.isnan(values)
    rows = {
        line.quantity: line.value
        for line in answered(results).rows
        if line.model == "balanced | unbalanced"
    }
    r = stats.spearmanr(np.flatnonzero(known), values[known]).statistic
    raw = stats.spearmanr(np.flatnonzero(known[::-1]), values[::-1][known[::-1]]).statistic
    assert rows["Mean KL divergence, nats"] == f"{2 * values[known].mean():.3f}"
    assert rows["Mean KL divergence, permuted faces taken off"] == f"{values[known].mean():.3f}"
    for name, expected in (
        ("Rank correlation of KL divergence with class imbalance", raw),
        ("Rank correlation, permuted faces taken off", r),
    ):
        assert rows[name] == f"{expected:+.3f}".replace("-", "\N{MINUS SIGN}")
    distances(results.kl, "balanced/all", np.full(40, np.nan))
    assert (
        "differ by \N{EN DASH} nats of KL divergence beyond what shuffled faces give (balanced and "
        "unbalanced)"
    ) in answered(results).sentence


def test_maps_that_fade_are_said_to_fade(results: Results) -> None:
    intensities(results, "balanced", np.tile([0.2, 0.3], 20))
    intensities(results, "unbalanced", np.linspace(0.4, 0.0, 40))
    differences(results, "balanced/all", -0.15)
    differences(results, "balanced/correct", 0.001)
    differences(results, "unbalanced/correct", -0.05)
    found = answered(results)
    assert found.sentence.startswith(
        "Average maps fade with class imbalance, rank correlation \N{MINUS SIGN}1.000 for "
        "the unbalanced network; whether average maps fade with class imbalance is not "
        "clear, rank correlation "
        "+0.0"
    )
    assert (
        "Maps of the unbalanced network have a lower intensity (\N{MINUS SIGN}0.150), compared "
        "with those of the balanced network; maps of incorrect decisions have a lower intensity "
        "(\N{MINUS SIGN}0.050 for unbalanced), compared with those of correct decisions. In shape"
    ) in found.sentence
    intensities(results, "unbalanced", np.linspace(0.0, 0.4, 40))
    differences(results, "balanced/all", 0.15)
    turned = answered(results).sentence
    assert turned.startswith("Average maps grow stronger with class imbalance")
    assert "Maps of the unbalanced network have a higher intensity (+0.150)" in turned


def test_intensities_that_are_missing_are_not_compared(results: Results) -> None:
    intensities(results, "balanced", np.full(40, np.nan))
    intensities(results, "unbalanced", np.linspace(0.0, 0.4, 40))
    differences(results, "balanced/all", np.nan)
    found = answered(results).sentence
    assert (
        "whether average maps fade with class imbalance cannot be told for the balanced network"
        in found
    )
    assert "Maps of the unbalanced network have no comparable intensity (\N{EN DASH})" in found


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"]])
def test_any_number_of_networks(make_results: Any, names: list[str]) -> None:
    found = answered(make_results(names))
    assert ("the networks' average maps differ" in found.sentence) == (len(names) > 1)
    assert ("Compared with it" in found.published) == (len(names) > 1)
    levels = [line.model for line in found.rows if line.quantity.startswith("Mean intensity")]
    assert levels == names


def test_one_network_alone_has_whole_sentences(results: Results) -> None:
    alone = replace(results, kl=results.kl[results.kl["comparison"] != "models"])
    assert ("In shape, the average maps of correct and incorrect decisions differ by ") in answered(
        alone
    ).sentence
