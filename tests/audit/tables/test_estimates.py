import warnings
from dataclasses import replace

import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.score_arrays import METRICS
from heed.metrics.estimates import mean_of_present
from heed.metrics.groups import GROUPS, membership
from tests.made_up_scores import make_scores

R = 25


@pytest.fixture
def estimates(scores, majority):
    return estimate([scores], majority, range(len(scores.labels)), resamples=R, seed=7)


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
    rates = estimate([scores], majority, range(len(scores.labels)), resamples=2, seed=0).rates
    assert rates["error_rate"].overall == 0
    assert rates["fnr"].overall == 0
    assert rates["fpr"].overall == 1


def test_groups_without_samples_are_missing_and_left_out_of_the_overall_mean(estimates):
    positives = estimates.groups["amr", "gt_positive"]
    assert positives.n[0] == 0
    assert np.isnan(positives.mean[[0, 2]]).all()  # no such face; all masks empty
    assert positives.overall == pytest.approx(np.nanmean(positives.mean))
    kept = np.where(np.isnan(positives.resampled), positives.mean, positives.resampled)
    np.testing.assert_allclose(positives.overall_resampled, np.nanmean(kept, axis=1))
    low, high = positives.interval(0.9)
    assert np.isnan([low[0], high[0]]).all()
    expected = np.nanquantile(positives.resampled[:, 30], [0.05, 0.95])
    np.testing.assert_allclose([low[30], high[30]], expected)


def test_one_seed_pairs_the_resamples(scores, majority, estimates):
    shifted = {metric: values + 1 for metric, values in scores.values.items()}
    other = estimate(
        [replace(scores, values=shifted)], majority, range(len(scores.labels)), resamples=R, seed=7
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
    persons = np.arange(len(scores.labels)) // 2
    expected = estimate([known], majority, persons, resamples=5, seed=0)
    found = estimate([other], majority.tolist(), persons, resamples=5, seed=0)
    for of_expected, of_found in ((expected.groups, found.groups), (expected.rates, found.rates)):
        for key, numbers in of_expected.items():
            np.testing.assert_equal(vars(of_found[key]), vars(numbers))


def test_means_of_integers_and_lists():
    assert mean_of_present([1, 2, 6]) == 3
    assert mean_of_present(np.array([[250, 250], [1, 2]], np.uint8)).tolist() == [250, 1.5]


def test_with_replicates_the_estimate_is_the_mean_over_trainings(majority):
    trainings = [make_scores(seed=1), make_scores(seed=2), make_scores(seed=3)]
    trainings = [replace(scores, labels=trainings[0].labels) for scores in trainings]
    persons = np.arange(30) // 3
    together = estimate(trainings, majority, persons, resamples=R, seed=7)
    alone = [estimate([scores], majority, persons, resamples=R, seed=7) for scores in trainings]
    for key, found in together.groups.items():
        of_alone = [estimates.groups[key] for estimates in alone]
        for name in ("mean", "resampled", "empty_rate", "mean_without_empty"):
            stacked = np.stack([getattr(of, name) for of in of_alone])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what is missing in all
                np.testing.assert_allclose(getattr(found, name), np.nanmean(stacked, axis=0))
        np.testing.assert_array_equal(found.replicates[0], [of.mean for of in of_alone])
    fnr = together.rates["fnr"]
    np.testing.assert_array_equal(fnr.replicates[0], [of.rates["fnr"].mean for of in alone])


def test_persons_are_drawn_with_all_their_faces(scores, majority):
    persons = np.arange(30) // 3
    found = estimate([scores], majority, persons, resamples=R, seed=7).rates["error_rate"]
    wrong = scores.logits * scores.labels < 0
    for resample, drawn in enumerate(np.random.default_rng(7).integers(0, 10, size=(R, 10))):
        rows = np.concatenate([np.flatnonzero(persons == person) for person in drawn])
        np.testing.assert_allclose(found.resampled[resample], wrong[rows].mean(axis=0))


def test_attributes_of_few_faces_do_not_count(scores, majority):
    found = estimate([scores], majority, range(30), resamples=2, seed=0, least_faces=5)
    positives = found.groups["amr", "gt_positive"]
    enough = (positives.n >= 5) & ~np.isnan(positives.mean)
    assert 0 < enough.sum() < (~np.isnan(positives.mean)).sum()
    assert positives.overall == pytest.approx(positives.mean[enough].mean())
    balanced, n = found.rates["balanced_error_rate"], np.count_nonzero(scores.labels == 1, axis=0)
    both = (n >= 5) & (30 - n >= 5)
    assert balanced.overall == pytest.approx(balanced.mean[both].mean())


def test_trainings_on_other_faces_and_persons_of_other_faces_are_refused(scores, majority):
    other = replace(scores, images=scores.images[::-1])
    with pytest.raises(ValueError, match="training 2 was scored on other faces"):
        estimate([scores, other], majority, range(30), resamples=2, seed=0)
    with pytest.raises(ValueError, match=r"persons of shape \(29,\) for 30 faces"):
        estimate([scores], majority, range(29), resamples=2, seed=0)
    with pytest.raises(ValueError, match="found no training"):
        estimate([], majority, range(30), resamples=2, seed=0)


def test_a_group_of_one_face_in_one_of_three_trainings_has_a_third_of_a_face(scores, majority):
    nobody = np.where(np.arange(40) == 30, -1.0, scores.logits)
    somebody = nobody.copy()
    somebody[4, 30] = 1.0
    values = {name: np.nan_to_num(of_faces) for name, of_faces in scores.values.items()}
    trainings = [
        replace(scores, logits=logits, values=values) for logits in (somebody, nobody, nobody)
    ]
    for least in (1, 0.3):  # what the table says decides what counts
        found = estimate(
            trainings, majority, range(30), resamples=2, seed=0, least_faces=least
        ).groups["amr", "predicted_positive"]
        assert found.n[30] == 0.3
        assert found.mean[30] == values["amr"][4, 30]
        assert found.counted[30] == (least == 0.3)
