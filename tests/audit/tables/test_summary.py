from dataclasses import replace

import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.summary import summarise
from heed.metrics.groups import GROUPS, membership


@pytest.fixture
def two(scores):
    noise = np.random.default_rng(9).normal(scale=0.8, size=scores.logits.shape)
    other = replace(
        scores,
        logits=(scores.logits + noise).astype(np.float32),
        values={name: values**2 for name, values in scores.values.items()},
    )
    return {"first": scores, "second": other}


@pytest.fixture
def summary(two, majority):
    estimates = {
        name: estimate([scores], majority, range(30), resamples=40, seed=7)
        for name, scores in two.items()
    }
    return summarise(estimates, 30, 0.8)


def naive_gap(scores, majority, rows):
    """Mean over attributes with both groups of the difference of the two group means."""
    members = membership(scores.labels, scores.logits, majority)
    gaps = []
    for attribute in range(40):
        energy = scores.values["proportional_energy"][rows, attribute]
        means = []
        for group in ("predicted_minority", "predicted_majority"):
            chosen = members[GROUPS.index(group)][rows, attribute] & ~np.isnan(energy)
            means.append(energy[chosen].mean() if chosen.any() else np.nan)
        gaps.append(means[0] - means[1])
    return np.nanmean(gaps), np.count_nonzero(~np.isnan(gaps))


def test_gap_is_the_plain_loop(two, majority, summary):
    resamples = np.random.default_rng(7).integers(0, 30, size=(40, 30))
    resampled = {}
    for name, scores in two.items():
        value, count = naive_gap(scores, majority, np.arange(30))
        resampled[name] = np.array([naive_gap(scores, majority, rows)[0] for rows in resamples])
        found = summary["models"][name]
        assert found["pe_gap"]["value"] == pytest.approx(value)
        assert found["pe_attributes"] == count < 40
        low, high = np.quantile(resampled[name], [0.1, 0.9])
        assert (found["pe_gap"]["low"], found["pe_gap"]["high"]) == pytest.approx((low, high))
        assert found["pe_gap"]["value"] == pytest.approx(
            found["pe_predicted_minority"]["value"] - found["pe_predicted_majority"]["value"]
        )
    difference = summary["differences"]["second_minus_first"]["pe_gap"]
    low, high = np.quantile(resampled["second"] - resampled["first"], [0.1, 0.9])
    assert (difference["low"], difference["high"]) == pytest.approx((low, high))


def test_overall_numbers_are_means_over_attributes(two, summary):
    scores = two["first"]
    found = summary["models"]["first"]
    wrong = scores.logits * scores.labels < 0
    assert found["error_rate"]["value"] == pytest.approx(wrong.mean())
    assert found["empty_rate"]["value"] == pytest.approx(scores.empty.mean())
    assert found["bias_share"]["value"] == pytest.approx(scores.values["bias_share"].mean())
    amr = np.delete(scores.values["amr"], 2, axis=1)  # the attribute without any mask
    assert found["amr"]["value"] == pytest.approx(np.nanmean(amr, axis=0).mean())
    assert found["error_rate"]["low"] < found["error_rate"]["value"] < found["error_rate"]["high"]
    assert summary["faces"] == 30


def test_differences_are_taken_for_each_pair_in_order(scores, majority):
    estimates = {
        name: estimate([scores], majority, range(30), resamples=3, seed=0)
        for name in ("a", "b", "c")
    }
    differences = summarise(estimates, 30, 0.9)["differences"]
    assert list(differences) == ["b_minus_a", "c_minus_a", "c_minus_b"]
    for difference in differences.values():  # the classifiers are the same one
        assert all(number == {"value": 0, "low": 0, "high": 0} for number in difference.values())


def test_a_single_classifier_has_no_differences(scores, majority):
    summary = summarise(
        {"a": estimate([scores], majority, range(30), resamples=3, seed=0)}, 30, 0.9
    )
    assert summary["differences"] == {}
