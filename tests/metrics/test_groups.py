import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.metrics.groups import GROUPS, membership


def test_each_group_by_its_definition(scores, majority):
    members = membership(scores.labels, scores.logits, majority)
    for face, attribute in np.ndindex(*scores.labels.shape):
        label, logit = int(scores.labels[face, attribute]), float(scores.logits[face, attribute])
        predicted = 1 if logit >= 0 else -1
        expected = {
            "all": True,
            "gt_positive": label == 1,
            "gt_negative": label == -1,
            "correct": logit * label > 0,
            "incorrect": logit * label < 0,
            "predicted_positive": predicted == 1,
            "predicted_negative": predicted == -1,
            "predicted_majority": predicted == majority[attribute],
            "predicted_minority": predicted != majority[attribute],
        }
        found = dict(zip(GROUPS, members[:, face, attribute].tolist(), strict=True))
        assert found == expected


@settings(max_examples=50)
@given(
    arrays(np.float32, (6, 4), elements=st.sampled_from([-1.5, -0.0, 0.0, 1e-30, 2.0])),
    arrays(np.int8, (6, 4), elements=st.sampled_from([-1, 1])),
    arrays(np.int8, 4, elements=st.sampled_from([-1, 1])),
)
def test_pairs_of_groups_split_all_faces(logits, labels, majority):
    named = dict(zip(GROUPS, membership(labels, logits, majority), strict=True))
    for one, other in [
        ("gt_positive", "gt_negative"),
        ("predicted_positive", "predicted_negative"),
        ("predicted_majority", "predicted_minority"),
    ]:
        assert (named[one] ^ named[other]).all()
    undecided = ~(named["correct"] | named["incorrect"])
    np.testing.assert_array_equal(undecided, logits == 0)


def test_shapes_that_do_not_fit_are_an_error(scores):
    with pytest.raises(ValueError, match=r"majority \(39,\)"):
        membership(scores.labels, scores.logits, np.ones(39, dtype=np.int8))


@given(arrays(np.int8, (4, 3)), arrays(np.int8, (4, 3), elements=st.sampled_from([-1, 1])))
def test_integer_logits_do_not_overflow(logits, labels):
    """-128 x -1 is -128 in eight bits."""
    majority = np.array([1, -1, 1])
    expected = membership(labels, logits.astype(np.float64), majority)
    np.testing.assert_array_equal(membership(labels, logits, majority), expected)
    lists = (labels.tolist(), logits.tolist(), majority.tolist())
    np.testing.assert_array_equal(membership(*lists), expected)
    incorrect = dict(zip(GROUPS, expected, strict=True))["incorrect"]
    assert incorrect.sum() == sum(
        int(z) * int(t) < 0 for z, t in zip(logits.flat, labels.flat, strict=True)
    )
