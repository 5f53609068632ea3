"""Error rates and AUC against confusion tables by hand, scikit-learn and scipy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu
from sklearn import metrics

from heed.affact.decisions import Decisions, decide
from heed.affact.tables import rates as rates_module
from heed.affact.tables.rates import RATES, Ranking, decisions_of, estimate_rates, rates_table
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.majority import LabelsError
from heed.training.error_counts import count_errors, mean_balanced_error, mean_error

N, R = 60, 12


@pytest.fixture
def labels():
    drawn = np.where(np.random.default_rng(0).random((N, 40)) < 0.3, 1, -1).astype(np.int8)
    drawn[:, 0] = -1  # nobody has it
    drawn[:, 1] = 1  # everybody has it
    drawn[:, 2] = [1] + [-1] * (N - 1)  # so few have it that resamples miss them
    return drawn


@pytest.fixture
def logits(labels):
    # Rounded to halves: many equal scores, some of them 0 and 0.5.
    return np.round(2 * (labels + 1.5 * np.random.default_rng(1).normal(size=(N, 40)))) / 2


def estimated(logits, labels, threshold=0.0, resamples=R):
    judged = {"only": decisions_of(logits, threshold)}
    return estimate_rates(judged, labels, range(len(labels)), resamples=resamples, seed=3)["only"]


def test_a_confusion_table_by_hand():
    # 3 of 4 positives found, 1 of 6 negatives mistaken
    labels = np.array([1, 1, 1, 1, -1, -1, -1, -1, -1, -1], np.int8).reshape(10, 1)
    logits = np.array([3, 2, 1, -1, 0, -2, -3, -4, -5, -6], float).reshape(10, 1)
    found = {name: rate.mean.item() for name, rate in estimated(logits, labels).items()}
    assert found == {
        "error": pytest.approx(2 / 10),
        "fnr": pytest.approx(1 / 4),
        "fpr": pytest.approx(1 / 6),
        "balanced_error": pytest.approx((1 / 4 + 1 / 6) / 2),
        "auc": pytest.approx(23 / 24),  # one pair of 4 x 6 is the wrong way round: -1 below 0
    }


def sklearns(positive, score, label):
    """All rates of one attribute by scikit-learn; NaN where it has no number."""
    table = metrics.confusion_matrix(label, np.where(positive, 1, -1), labels=[-1, 1])
    (true_negative, false_positive), (false_negative, true_positive) = table
    with np.errstate(invalid="ignore"):
        fnr = np.float64(false_negative) / (false_negative + true_positive)
        fpr = np.float64(false_positive) / (false_positive + true_negative)
    auc = metrics.roc_auc_score(label, score) if len(set(label)) > 1 else np.nan
    error = 1 - metrics.accuracy_score(label, np.where(positive, 1, -1))
    return [error, fnr, fpr, (fnr + fpr) / 2, auc]


@pytest.mark.parametrize("threshold", [0.0, 0.5, -1.0])
def test_rates_are_scikit_learns(logits, labels, threshold):
    found = estimated(logits, labels, threshold)
    for attribute in range(40):
        z, label = logits[:, attribute], labels[:, attribute]
        expected = sklearns(z >= threshold, z, label)
        np.testing.assert_allclose([found[name].mean[attribute] for name in RATES], expected)


def test_resampled_rates_are_scikit_learns_of_the_drawn_faces(logits, labels, monkeypatch):
    monkeypatch.setattr(rates_module, "BLOCK_ELEMENTS", 5 * N)  # more than one block
    found = estimated(logits, labels)
    drawn = np.random.default_rng(3).integers(0, N, size=(R, N))
    for resample, rows in enumerate(drawn):
        for attribute in (0, 1, 2, 3, 20, 39):
            z, label = logits[rows, attribute], labels[rows, attribute]
            resampled = [found[name].resampled[resample, attribute] for name in RATES]
            np.testing.assert_allclose(resampled, sklearns(z >= 0, z, label))
    assert np.isnan(found["auc"].resampled[:, 2]).any()  # the only positive is not always drawn
    assert not np.isnan(found["auc"].resampled[:, 2]).all()


def test_an_attribute_of_one_class_has_no_rate_of_the_other(logits, labels):
    found = estimated(logits, labels)
    missing = {name: np.flatnonzero(np.isnan(found[name].mean)).tolist() for name in RATES}
    assert missing == {"error": [], "fnr": [0], "fpr": [1], "balanced_error": [0, 1], "auc": [0, 1]}
    assert found["auc"].overall == pytest.approx(found["auc"].mean[2:].mean())
    assert found["fnr"].n.tolist() == (labels == 1).sum(axis=0).tolist()
    assert found["fpr"].n.tolist() == (labels == -1).sum(axis=0).tolist()


def test_rates_agree_with_the_curves_of_training(logits, labels):
    torch = pytest.importorskip("torch")
    found = estimated(logits, labels)
    counts = count_errors(torch.from_numpy(logits), torch.from_numpy(labels))
    assert found["error"].overall == pytest.approx(mean_error(counts))
    assert found["balanced_error"].overall == pytest.approx(mean_balanced_error(counts))


def test_a_logit_at_the_threshold_is_positive():
    logits = np.array([[-0.5, 0.0, 0.25, 0.5]])
    assert decisions_of(logits).positive.tolist() == [[False, True, True, True]]
    assert decisions_of(logits, 0.5).positive.tolist() == [[False, False, False, True]]
    np.testing.assert_array_equal(decisions_of(logits, 0.5).score, logits)


@pytest.mark.parametrize("rule", ["vote", "mean"])
def test_ten_crops_decide_together(rule):
    logits = np.random.default_rng(5).normal(size=(6, 10, 40))
    for found, expected in zip(
        decisions_of(logits, 0.2, rule), decide(logits, 0.2, rule), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def test_votes_are_ranked_by_their_number(labels):
    logits = labels[:, None] + 2 * np.random.default_rng(6).normal(size=(N, 10, 40))
    found = estimate_rates(
        {"C": decisions_of(logits)}, labels, range(len(labels)), resamples=1, seed=0
    )["C"]
    votes = (logits[:, :, 7] >= 0).sum(axis=1)
    assert found["auc"].mean[7] == pytest.approx(metrics.roc_auc_score(labels[:, 7], votes))
    assert found["error"].mean[7] == pytest.approx(((votes >= 5) != (labels[:, 7] > 0)).mean())


SCORES = arrays(np.float64, 30, elements=st.integers(-6, 6).map(float))  # many are equal
PRESENT = arrays(bool, 30).filter(lambda present: 0 < present.sum() < 30)
ONCE = np.ones((1, 30))


def auc(score, present, weights=ONCE):
    return Ranking.of(score, present).area_under_curve(weights)


@settings(deadline=None)
@given(SCORES, PRESENT)
def test_auc_is_the_mann_whitney_statistic(score, present):
    statistic = mannwhitneyu(score[present], score[~present], method="asymptotic").statistic
    assert auc(score, present) == pytest.approx(statistic / (present.sum() * (~present).sum()))


@settings(deadline=None)
@given(SCORES, PRESENT)
def test_auc_depends_on_the_order_alone(score, present):
    once = auc(score, present)
    for monotone in (np.exp, np.cbrt, lambda values: 3 * values - 7):
        assert auc(monotone(score), present) == once
    assert auc(-score, present) == pytest.approx(1 - once)
    assert auc(score, ~present) == pytest.approx(1 - once)


@settings(deadline=None)
@given(SCORES, PRESENT, arrays(np.float64, (2, 30), elements=st.integers(0, 3).map(float)))
def test_auc_under_weights_is_that_of_repeated_faces(score, present, weights):
    for found, row in zip(auc(score, present, weights), weights, strict=True):
        rows = np.repeat(np.arange(30), row.astype(int))
        if len(set(present[rows])) > 1:
            assert found == pytest.approx(metrics.roc_auc_score(present[rows], score[rows]))
        else:
            assert np.isnan(found)


@settings(deadline=None, max_examples=30)
@given(arrays(np.float64, (20, 3), elements=st.floats(-5, 5)), arrays(bool, (20, 3)))
def test_what_is_no_error_is_right(logits, present):
    labels = np.where(present, 1, -1).astype(np.int8)
    positive = logits >= 0
    judged = {
        "as it is": Decisions(positive, logits),
        "inverted": Decisions(~positive, -logits),
    }
    found = estimate_rates(judged, labels, range(len(labels)), resamples=2, seed=0)
    for name in RATES:  # NaN where a class is absent, then in both
        one, other = (found[key][name] for key in judged)
        np.testing.assert_allclose(one.mean + other.mean, np.where(np.isnan(one.mean), np.nan, 1))
    # Other names for the two classes: misses and mistakes change places.
    swapped = estimate_rates(
        {"": judged["inverted"]}, -labels, range(len(labels)), resamples=2, seed=0
    )[""]
    for name, other in zip(RATES, ("error", "fpr", "fnr", "balanced_error", "auc"), strict=True):
        np.testing.assert_allclose(swapped[name].mean, found["as it is"][other].mean)


def test_resamples_are_the_same_for_every_network(logits, labels):
    both = {"one": decisions_of(logits), "other": decisions_of(logits - 1)}
    alone = {"other": decisions_of(logits - 1)}
    together = estimate_rates(both, labels, range(len(labels)), resamples=R, seed=3)["other"]
    apart = estimate_rates(alone, labels, range(len(labels)), resamples=R, seed=3)["other"]
    for name in RATES:
        np.testing.assert_array_equal(together[name].resampled, apart[name].resampled)


def test_the_faces_of_a_person_are_drawn_together(logits, labels):
    persons = np.arange(N) // 3
    found = estimate_rates({"": decisions_of(logits)}, labels, persons, resamples=R, seed=3)[""]
    drawn = np.random.default_rng(3).integers(0, N // 3, size=(R, N // 3))
    for resample, chosen in enumerate(drawn):
        rows = np.concatenate([np.flatnonzero(persons == person) for person in chosen])
        z, label = logits[rows, 20], labels[rows, 20]
        resampled = [found[name].resampled[resample, 20] for name in RATES]
        np.testing.assert_allclose(resampled, sklearns(z >= 0, z, label))
    with pytest.raises(ValueError, match=r"persons of shape \(3,\) for 60 faces"):
        estimate_rates({}, labels, [0, 1, 2], resamples=R, seed=3)


def test_table_has_a_row_per_network_set_and_attribute(logits, labels):
    judged = {("zebra", "A"): decisions_of(logits), ("ant", "T"): decisions_of(-logits)}
    estimates = estimate_rates(judged, labels, range(len(labels)), resamples=R, seed=3)
    table = rates_table(estimates, 0.9)
    columns = ["network", "set", "attribute", "n", "positives", *RATES, "error_low", "error_high"]
    assert list(table.columns) == columns
    assert table["network"].tolist() == ["zebra"] * 41 + ["ant"] * 41
    assert table["attribute"].tolist() == [*ATTRIBUTES, "OVERALL"] * 2
    rows = table[table["set"] == "T"].set_index("attribute")
    found = estimates["ant", "T"]
    for name in RATES:
        np.testing.assert_array_equal(rows[name].iloc[:40], found[name].mean)
    assert rows["n"].tolist() == [N] * 40 + [40 * N]
    assert rows["positives"].tolist() == [*(labels == 1).sum(axis=0), (labels == 1).sum()]
    bald = ATTRIBUTES.index("Bald")
    low, high = np.quantile(found["error"].resampled[:, bald], [0.05, 0.95])
    assert rows.loc["Bald", ["error_low", "error_high"]].tolist() == pytest.approx([low, high])
    low, high = np.quantile(found["error"].resampled.mean(axis=1), [0.05, 0.95])
    overall = rows.loc["OVERALL"]
    assert overall[["error_low", "error_high"]].tolist() == pytest.approx([low, high])
    assert overall["error"] == pytest.approx(rows["error"].iloc[:40].mean())
    # Missing ones are left out of the mean, and are missing in the table.
    assert overall["auc"] == pytest.approx(rows["auc"].iloc[2:40].mean())
    assert pd.isna(rows.loc[ATTRIBUTES[0], "auc"])


def test_what_cannot_be_judged_is_an_error(logits, labels):
    with pytest.raises(ValueError, match=r"logits of shape \(40,\); expected \(N, 40\)"):
        decisions_of(logits[0])
    logits[4, 2] = np.nan
    with pytest.raises(ValueError, match="logit nan of face 4, attribute 2"):
        decisions_of(logits)
    fewer = {("ant", "A"): decisions_of(logits[5:])}
    with pytest.raises(ValueError, match=r"ant.*decisions \(55, 40\).*labels \(60, 40\)"):
        estimate_rates(fewer, labels, range(len(labels)), resamples=1, seed=0)
    labels[0, 0] = 0
    with pytest.raises(LabelsError, match=r"labels \[-1, 0, 1\]"):
        estimate_rates({}, labels, range(len(labels)), resamples=1, seed=0)
    with pytest.raises(LabelsError, match="0 faces"):
        estimate_rates({}, labels[:0], range(len(labels)), resamples=1, seed=0)


def test_decisions_and_labels_of_other_kinds_count_alike(logits, labels):
    expected = estimated(logits, labels)
    judged = decisions_of(logits)
    integers = {"only": Decisions(judged.positive.astype(np.int64), judged.score)}
    for of_labels in (labels.tolist(), labels.astype(np.float32)):
        found = estimate_rates(integers, of_labels, range(N), resamples=R, seed=3)["only"]
        for name in RATES:
            np.testing.assert_equal(vars(found[name]), vars(expected[name]))
