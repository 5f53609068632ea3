"""Error rates, held to sklearn's and to those of the audit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, zero_one_loss

from heed.audit.tables.estimates import estimate
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.metrics.error_rates import ErrorRates, error_rates

faces = st.integers(1, 12)
labels_of_faces = faces.flatmap(lambda n: arrays(np.int8, n, elements=st.sampled_from([-1, 1])))


@given(labels_of_faces, st.randoms(use_true_random=False))
def test_against_sklearn(labels, random):
    logits = np.array([random.choice([-2.0, -0.5, 0.25, 3.0]) for _ in labels])
    decisions = np.where(logits >= 0, 1, -1)
    found = error_rates(logits, labels)
    assert found.error_rate == pytest.approx(zero_one_loss(labels, decisions))
    (tn, fp), (fn, tp) = confusion_matrix(labels, decisions, labels=[-1, 1])
    assert found.fnr == pytest.approx(fn / (fn + tp) if fn + tp else np.nan, nan_ok=True)
    assert found.fpr == pytest.approx(fp / (fp + tn) if fp + tn else np.nan, nan_ok=True)
    if len(set(labels)) == 2:
        expected = 1 - balanced_accuracy_score(labels, decisions)
        assert found.balanced_error_rate == pytest.approx(expected)
    else:
        assert np.isnan(found.balanced_error_rate)


def test_they_are_those_of_the_audit_zeros_included():
    rng = np.random.default_rng(0)
    labels = rng.choice([-1, 1], (30, 40)).astype(np.int8)
    logits = rng.choice([-1.5, -0.5, 0.0, 0.5, 2.0], (30, 40)).astype(np.float32)
    labels[:, 3], labels[:, 4] = 1, -1
    scores = ScoreArrays(
        images=tuple(f"{face}.jpg" for face in range(30)),
        labels=labels,
        logits=logits,
        empty=np.zeros((30, 40), bool),
        values={metric: rng.random((30, 40)) for metric in METRICS},
    )
    audited = estimate(
        [scores], np.ones(40, np.int8), range(len(scores.labels)), resamples=1, seed=0
    ).rates
    for name, values in error_rates(logits, labels)._asdict().items():
        np.testing.assert_allclose(values, audited[name].mean, rtol=1e-14, err_msg=name)


def test_a_logit_of_0_is_positive_and_no_error():
    assert error_rates([0.0, 0.0], [1, -1]) == ErrorRates(0, 0, 1, 0.5)


def test_any_axes_behind_the_faces():
    rng = np.random.default_rng(1)
    logits, labels = rng.normal(size=(9, 2, 3)), rng.choice([-1, 1], (9, 2, 3))
    found = error_rates(logits, labels)
    for index in np.ndindex(2, 3):
        one = error_rates(logits[:, *index], labels[:, *index])
        np.testing.assert_array_equal([rate[index] for rate in found], one)


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        ([1.0, 2.0], [0, 1], r"found the label 0; .* 2 \* labels - 1"),
        ([1.0, 2.0], [1.0, np.nan], "found the label nan"),
        ([1.0, np.nan], [1, -1], r"face 1 \(counted from 0\) that is not finite"),
        ([1.0], [1, -1], r"found logits \(1,\) and labels \(2,\)"),
        ([], [], "at least one face"),
        (1.0, 1, r"expected the same shape"),
    ],
)
def test_what_is_refused(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        error_rates(logits, labels)
