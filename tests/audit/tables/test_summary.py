from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from heed.audit.tables.estimates import estimate
from heed.audit.tables.summary import summarise
from heed.metrics.groups import GROUPS, membership
from tests.made_up_scores import make_scores


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
    return summarise(estimates, 30, 9, 0.8, 0)


def naive_gaps(scores, majority, rows):
    """Per attribute the difference of the two group means, NaN where a group has no face."""
    members = membership(scores.labels, scores.logits, majority)
    gaps = np.full(40, np.nan)
    for attribute in range(40):
        energy = scores.values["proportional_energy"][rows, attribute]
        means = []
        for group in ("predicted_minority", "predicted_majority"):
            chosen = members[GROUPS.index(group)][rows, attribute] & ~np.isnan(energy)
            means.append(energy[chosen].mean() if chosen.any() else np.nan)
        gaps[attribute] = means[0] - means[1]
    return gaps


def test_gap_is_the_plain_loop(two, majority, summary):
    resamples = np.random.default_rng(7).integers(0, 30, size=(40, 30))
    gaps, resampled = {}, {}
    for name, scores in two.items():
        gaps[name] = naive_gaps(scores, majority, np.arange(30))
        drawn = np.array([naive_gaps(scores, majority, rows) for rows in resamples])
        resampled[name] = np.where(np.isnan(drawn), gaps[name], drawn)  # keeps its mean
        found = summary["models"][name]
        assert found["pe_gap"]["value"] == pytest.approx(np.nanmean(gaps[name]))
        assert found["pe_attributes"] == np.count_nonzero(~np.isnan(gaps[name])) < 40
        assert found["pe_gap"]["above"] == np.count_nonzero(gaps[name] > 0)
        assert found["pe_gap"]["below"] == np.count_nonzero(gaps[name] < 0)
        low, high = np.quantile(np.nanmean(resampled[name], axis=1), [0.1, 0.9])
        assert (found["pe_gap"]["low"], found["pe_gap"]["high"]) == pytest.approx((low, high))
        assert found["pe_gap"]["value"] == pytest.approx(
            found["pe_predicted_minority"]["value"] - found["pe_predicted_majority"]["value"]
        )
    difference = summary["differences"]["second_minus_first"]
    apart = gaps["second"] - gaps["first"]  # of the attributes that both networks predict
    assert difference["pe_gap"]["value"] == pytest.approx(np.nanmean(apart))
    assert difference["pe_attributes"] == np.count_nonzero(~np.isnan(apart))
    assert difference["pe_gap"]["signed_rank_p"] == pytest.approx(
        stats.wilcoxon(apart[~np.isnan(apart)]).pvalue
    )
    for name in ("first", "second"):  # on the attributes of the difference, not on all of its own
        assert difference["pe_gap"][name] == pytest.approx(gaps[name][~np.isnan(apart)].mean())
        known = np.where(np.isnan(apart), np.nan, resampled[name])
        of_side = np.quantile(np.nanmean(known, axis=1), [0.1, 0.9])
        bounds = [difference["pe_gap"][f"{name}_{end}"] for end in ("low", "high")]
        assert bounds == pytest.approx(of_side.tolist())
        wider = [difference["pe_gap"][f"{name}_attributes_{end}"] for end in ("low", "high")]
        assert wider[0] < bounds[0] < bounds[1] < wider[1]
    low, high = np.quantile(
        np.nanmean(resampled["second"] - resampled["first"], axis=1), [0.1, 0.9]
    )
    found = difference["pe_gap"]
    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_differences_are_of_the_attributes_that_both_networks_have(two, majority):
    """One network never predicts the rarer class of attributes whose PE is high."""
    first, second = two["first"], two["second"]
    logits = second.logits.copy()
    logits[:, 20:30] = 5 * majority[20:30]
    estimates = {
        "first": estimate([first], majority, range(30), resamples=3, seed=0, least_faces=3),
        "second": estimate(
            [replace(second, logits=logits)],
            majority,
            range(30),
            resamples=3,
            seed=0,
            least_faces=3,
        ),
    }
    found = summarise(estimates, 30, 30, 0.9, 0)
    attributes = [of["pe_attributes"] for of in found["models"].values()]
    shared = found["differences"]["second_minus_first"]["pe_attributes"]
    assert shared <= attributes[1] < attributes[0]
    assert shared <= attributes[0] - 10
    gaps = [naive_gaps(scores, majority, np.arange(30))
            for scores in (first, replace(second, logits=logits))]  # fmt: skip
    counted = [
        of.groups["proportional_energy", group].n >= 3
        for of in estimates.values()
        for group in ("predicted_minority", "predicted_majority")
    ]
    both = np.all(counted, axis=0)
    apart = found["differences"]["second_minus_first"]["pe_gap"]
    assert apart["value"] == pytest.approx(np.nanmean((gaps[1] - gaps[0])[both]))
    for name, of_model in zip(("first", "second"), gaps, strict=True):
        assert apart[name] == pytest.approx(of_model[both].mean())
    assert apart["first"] != pytest.approx(found["models"]["first"]["pe_gap"]["value"])


def test_attributes_of_few_faces_do_not_decide_the_gap(scores, majority):
    """The rarer class is predicted for few faces, all of a PE that no other face has."""
    energy = scores.values["proportional_energy"]
    energy[:] = 0.5
    scores.logits[:, 5] = -3 * majority[5] * np.where(np.arange(30) < 4, 1, -1)
    energy[:4, 5] = 1.0
    gaps = {
        least: summarise(
            {"a": estimate([scores], majority, range(30), resamples=2, seed=0, least_faces=least)},
            30, 30, 0.9, 0,
        )["models"]["a"]["pe_gap"]
        for least in (4, 5)
    }  # fmt: skip
    assert gaps[4]["above"] == 1
    assert gaps[4]["value"] > 0
    assert (gaps[5]["above"], gaps[5]["value"]) == (0, 0)


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


def test_equal_networks_are_equal_in_all_with_any_number_of_trainings(scores, majority):
    for trainings in (1, 2):
        of_model = [make_scores(seed=0), make_scores(seed=0)][:trainings]
        if trainings == 2:
            of_model[1] = replace(of_model[1], logits=scores.logits + 1)
        estimates = {
            name: estimate(of_model, majority, range(30), resamples=3, seed=0) for name in "abc"
        }
        found = summarise(estimates, 30, 30, 0.9, 0)
        assert {of["replicates"] for of in found["models"].values()} == {trainings}
        assert list(found["differences"]) == ["b_minus_a", "c_minus_a", "c_minus_b"]
        for of_pair in found["differences"].values():
            del of_pair["pe_attributes"]
            for number in of_pair.values():
                for end in ("_low", "_high", "_attributes_low", "_attributes_high", ""):
                    assert number.pop(f"first{end}", 0) == number.pop(f"second{end}", 0)
                assert number == {
                    "value": 0, "low": 0, "high": 0, "attributes_low": 0, "attributes_high": 0,
                    "above": 0, "below": 0, "sign_test_p": 1, "signed_rank_p": 1,
                }  # fmt: skip


def test_a_single_classifier_has_no_differences(scores, majority):
    estimates = {"a": estimate([scores], majority, range(30), resamples=3, seed=0)}
    assert summarise(estimates, 30, 30, 0.9, 0)["differences"] == {}


def test_trainings_widen_intervals(majority):
    scores = make_scores()
    trainings = [
        replace(scores, values={name: values + shift for name, values in scores.values.items()})
        for shift in (-0.1, 0, 0.1)
    ]
    alike = {"a": estimate([scores] * 3, majority, range(30), resamples=2000, seed=0)}
    others = {"a": estimate(trainings, majority, range(30), resamples=2000, seed=0)}
    widths = []
    for estimates in (alike, others):
        found = summarise(estimates, 30, 30, 0.9, 0)["models"]["a"]["amr"]
        widths.append(found["high"] - found["low"])
    # s = .1 of three trainings, and Student's .95 quantile of two degrees of freedom; what persons
    # add to a sum of 2,000 draws moves its quantiles by some per cent, up or down.
    of_trainings = 2 * 0.1 / 3**0.5 * 2.92
    assert widths[1] == pytest.approx(of_trainings, rel=0.05)
    assert widths[0] < 0.5 * of_trainings


def test_drawing_attributes_too_widens_intervals(summary):
    found = summary["differences"]["second_minus_first"]["amr"]
    assert found["attributes_low"] < found["value"] < found["attributes_high"]
    assert found["attributes_high"] - found["attributes_low"] > found["high"] - found["low"]
