"""The majority baseline against CelebA's published shares of positive labels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.affact.decisions import Decisions
from heed.affact.tables.baseline import majority_baseline
from heed.affact.tables.rates import estimate_rates
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.majority import LabelsError
from tests.places import REFERENCE

CELEBA = pd.read_csv(REFERENCE / "celeba_attribute_rates.csv", index_col="attribute").loc[
    list(ATTRIBUTES)
]
FACES = {"train": 162_770, "test": 19_962}
DIGIT = 0.5e-5  # the shares have five decimals


def labels_with_celebas_counts(partition: str) -> np.ndarray:
    """As many positive labels per attribute as CelebA has, in an order of their own."""
    n = FACES[partition]
    counts = np.rint(CELEBA[f"{partition}_positive_rate"].to_numpy() * n).astype(int)
    rank = np.random.default_rng(0).permutation(n)
    return np.where(rank[:, None] < counts, 1, -1).astype(np.int8)


@pytest.fixture(scope="module")
def celeba():
    return {partition: labels_with_celebas_counts(partition) for partition in FACES}


def errors_by_the_shares() -> np.ndarray:
    in_training = CELEBA["train_positive_rate"].to_numpy()
    in_test = CELEBA["test_positive_rate"].to_numpy()
    return np.where(in_training > 0.5, 1 - in_test, in_test)


def test_baseline_of_celeba_is_what_its_shares_say(celeba):
    table = majority_baseline(celeba["train"], celeba["test"])
    assert table["attribute"].tolist() == list(ATTRIBUTES)
    np.testing.assert_allclose(table["error"], errors_by_the_shares(), rtol=0, atol=DIGIT)
    assert table["error"].mean() == pytest.approx(0.20092, abs=DIGIT)
    # Attractive: more than half in training, less than half in the test.
    attractive = table.set_index("attribute").loc["Attractive"]
    assert attractive["error"] == pytest.approx(0.50416, abs=DIGIT)


def test_three_attributes_are_majority_positive_in_celeba(celeba):
    table = majority_baseline(celeba["train"], celeba["test"])
    assert set(table["majority"]) == {-1, 1}
    positive = table.loc[table["majority"] == 1, "attribute"].tolist()
    assert positive == ["Attractive", "No_Beard", "Young"]


def test_baseline_is_judged_like_a_network(celeba):
    """A network whose logits are the majority classes has the baseline's error."""
    table = majority_baseline(celeba["train"], celeba["test"])
    constant = np.broadcast_to(table["majority"].to_numpy(), celeba["test"].shape)
    judged = {"constant": Decisions(constant >= 0, constant.astype(float))}
    found = estimate_rates(judged, celeba["test"], range(len(celeba["test"])), resamples=1, seed=0)[
        "constant"
    ]
    np.testing.assert_allclose(found["error"].mean, table["error"])
    np.testing.assert_allclose(found["balanced_error"].mean, 0.5)
    np.testing.assert_allclose(found["auc"].mean, 0.5)


def test_the_class_is_that_of_training():
    training = np.full((4, 40), -1, np.int8)
    training[:, 0], training[:2, 1] = 1, 1  # all; a tie
    test = np.full((5, 40), 1, np.int8)
    test[0] = -1
    table = majority_baseline(training, test)
    assert table["majority"].tolist() == [1, 1] + [-1] * 38
    assert table["error"].tolist() == pytest.approx([0.2, 0.2] + [0.8] * 38)


@given(arrays(np.int8, (7, 40), elements=st.sampled_from([-1, 1])))
def test_on_the_faces_of_training_it_is_the_share_of_the_rarer_class(labels):
    table = majority_baseline(labels, labels)
    rarer = np.minimum((labels == 1).mean(axis=0), (labels == -1).mean(axis=0))
    np.testing.assert_allclose(table["error"], rarer)


def test_labels_that_are_none_are_an_error():
    labels = np.ones((3, 40), np.int8)
    with pytest.raises(LabelsError, match="no faces in the training partition"):
        majority_baseline(labels[:0], labels)
    with pytest.raises(LabelsError, match="0 test faces"):
        majority_baseline(labels, labels[:0])
    with pytest.raises(LabelsError, match=r"3 test faces with labels \[0\]"):
        majority_baseline(labels, 0 * labels)
