from dataclasses import replace

import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.score_arrays import METRICS
from heed.metrics.estimates import mean_of_present
from heed.metrics.groups import GROUPS, membership

R = 25


@pytest.fixture
def estimates(scores, majority):
    return estimate(scores, majority, resamples=R, seed=7)


def draws(n):
    return np.random.default_rng(7).integers(0, n, size=(R, n))


def naive_mean(values, chosen):
    kept = [v for v, c in zip(values, chosen, strict=True) if c and not np.isnan(v)]
    return sum(kept) / len(kept) if kept else np.nan


def test_group_means_are_plain_loops(scores, majority, estimates):
    members = membership(scores.labels, scores.logits, majority)
    for metric in METRICS:
        for group, member in zip(GROUPS, members, strict=True):
            found = estimates.groups[metric, group]
            for attribute in range(40):
                values, chosen = scores.values[metric][:, attribute], member[:, attribute]
                empty = scores.empty[:, attribute]
                counted = chosen & ~np.isnan(values)
                assert found.n[attribute] == counted.sum()
                expected = [
                    naive_mean(values, chosen),
                    naive_mean(values, chosen & ~empty),
                    naive_mean(empty.astype(float), counted),
                ]
                means = [
                    array[attribute]
                    for array in (found.mean, found.mean_without_empty, found.empty_rate)
                ]
                np.testing.assert_allclose(means, expected)


def test_resampled_means_are_means_over_the_drawn_faces(scores, majority, estimates):
    members = membership(scores.labels, scores.logits, majority)
    for group in ("all", "correct", "predicted_minority"):
        member = members[GROUPS.index(group)]
        found = estimates.groups["amr", group].resampled
        for resample, rows in enumerate(draws(len(scores.labels))):
            for attribute in (0, 1, 2, 11, 30):
                expected = naive_mean(
                    scores.values["amr"][rows, attribute], member[rows, attribute]
                )
                np.testing.assert_allclose(found[resample, attribute], expected)


def naive_rates(labels, logits):
    positives, negatives = logits[labels == 1], logits[labels == -1]
    fnr = np.mean(positives < 0) if len(positives) else np.nan
    fpr = np.mean(negatives >= 0) if len(negatives) else np.nan
    return np.mean(logits * labels < 0), fnr, fpr, (fnr + fpr) / 2


def test_error_rates_by_definition(scores, estimates):
    names = ("error_rate", "fnr", "fpr", "balanced_error_rate")
    rows_of = draws(len(scores.labels))
    for attribute in range(40):
        labels, logits = scores.labels[:, attribute], scores.logits[:, attribute]
        for name, expected in zip(names, naive_rates(labels, logits), strict=True):
            np.testing.assert_allclose(estimates.rates[name].mean[attribute], expected)
        rows = rows_of[3]
        for name, expected in zip(names, naive_rates(labels[rows], logits[rows]), strict=True):
            np.testing.assert_allclose(estimates.rates[name].resampled[3, attribute], expected)
    # Attribute 0 has no positive face: half of its balanced error is unknown, so all of it is.
    assert np.isnan(estimates.rates["balanced_error_rate"].mean[0])
    np.testing.assert_allclose(estimates.rates["empty_rate"].mean, scores.empty.mean(axis=0))


def test_a_logit_of_zero_is_positive_but_no_error(majority, scores):
    scores.logits[:] = 0
    rates = estimate(scores, majority, resamples=2, seed=0).rates
    assert rates["error_rate"].overall == 0
    assert rates["fnr"].overall == 0
    assert rates["fpr"].overall == 1


def test_groups_without_samples_are_missing_and_left_out_of_the_overall_mean(estimates):
    positives = estimates.groups["amr", "gt_positive"]
    assert positives.n[0] == 0
    assert np.isnan(positives.mean[[0, 2]]).all()  # no such face; all masks empty
    assert positives.overall == pytest.approx(np.nanmean(positives.mean))
    np.testing.assert_allclose(positives.overall_resampled, np.nanmean(positives.resampled, axis=1))
    low, high = positives.interval(0.9)
    assert np.isnan([low[0], high[0]]).all()
    expected = np.nanquantile(positives.resampled[:, 30], [0.05, 0.95])
    np.testing.assert_allclose([low[30], high[30]], expected)


def test_one_seed_pairs_the_resamples(scores, majority, estimates):
    shifted = {metric: values + 1 for metric, values in scores.values.items()}
    other = estimate(
        type(scores)(scores.images, scores.labels, scores.logits, scores.empty, shifted),
        majority,
        resamples=R,
        seed=7,
    )
    difference = other.groups["amr", "all"].resampled - estimates.groups["amr", "all"].resampled
    np.testing.assert_allclose(np.delete(difference, 2, axis=1), 1)


def test_mean_of_present():
    values = np.array([[1.0, np.nan, 3.0], [np.nan] * 3])
    np.testing.assert_array_equal(mean_of_present(values), [2.0, np.nan])


def test_scores_of_other_kinds_are_estimated_alike(scores, majority):
    """In float32 and 0 / 1, as someone may bring them; sums are of 64 bits in any case."""
    rounded = {name: np.round(values * 8) / 8 for name, values in scores.values.items()}
    known = replace(scores, values=rounded)
    other = replace(
        scores,
        labels=scores.labels.astype(np.int64),
        logits=scores.logits.astype(np.float64),
        empty=scores.empty.astype(np.int64),
        values={name: values.astype(np.float32) for name, values in rounded.items()},
    )
    expected = estimate(known, majority, resamples=5, seed=0)
    found = estimate(other, majority.tolist(), resamples=5, seed=0)
    for of_expected, of_found in ((expected.groups, found.groups), (expected.rates, found.rates)):
        for key, numbers in of_expected.items():
            np.testing.assert_equal(vars(of_found[key]), vars(numbers))


def test_means_of_integers_and_lists():
    assert mean_of_present([1, 2, 6]) == 3
    assert mean_of_present(np.array([[250, 250], [1, 2]], np.uint8)).tolist() == [250, 1.5]
