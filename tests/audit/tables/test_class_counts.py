"""Classes of the training faces, or CelebA's published ones: the thesis' table is the oracle."""

import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.class_counts import ClassCounts, counts_in
from heed.audit.tables.imbalance import attributes_table, class_counts
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.majority import majority_class
from tests.places import REFERENCE

NOBODY = np.empty((0, 40), np.int8)


def test_training_faces_decide_where_there_are_any() -> None:
    labels = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (31, 40))
    counts = class_counts(labels)
    assert not counts.published
    assert counts.faces == "training faces"
    # The rarer class of each attribute, counted one by one; sorted() keeps the order of ties.
    columns = labels.T.tolist()
    rarer = [min(column.count(1), column.count(-1)) for column in columns]
    assert counts.order.tolist() == sorted(range(40), key=lambda index: -rarer[index])
    assert counts.majority.tolist() == [
        1 if column.count(1) > column.count(-1) else -1 for column in columns
    ]
    np.testing.assert_array_equal(counts.majority, majority_class(labels))
    np.testing.assert_allclose(counts.shares, (labels == 1).mean(axis=0))


def test_without_training_faces_the_order_is_that_of_the_thesis() -> None:
    counts = class_counts(NOBODY)
    assert counts.published
    order = [ATTRIBUTES[index] for index in counts.order]
    published = pd.read_csv(REFERENCE / "thesis_table_5_1_mask_v2.csv")["attribute"][:40].tolist()
    # The thesis has these two the other way round; their shares differ by half a per mille.
    swapped = published.index("Brown_Hair")
    published[swapped : swapped + 2] = published[swapped + 1], published[swapped]
    assert order == published
    positive = {ATTRIBUTES[index] for index in np.flatnonzero(counts.majority == 1)}
    assert positive == {"Attractive", "No_Beard", "Young"}
    rates = pd.read_csv(REFERENCE / "celeba_attribute_rates.csv", index_col="attribute")
    expected = rates.loc[list(ATTRIBUTES), "train_positive_rate"]
    np.testing.assert_allclose(counts.shares, expected, atol=1e-9)


@pytest.mark.parametrize("training", [NOBODY, np.ones((3, 40), np.int8)])
def test_the_table_of_attributes_tells_which_they_are(training: np.ndarray) -> None:
    counts = class_counts(training)
    published = counts if counts.published else None
    table = attributes_table({"train": training}, counts.order, published)
    assert table["train_positives"].tolist() == [len(training)] * 40
    assert ("published_positives" in table) == (len(training) == 0)
    found = counts_in(table, ATTRIBUTES)
    assert found.published == counts.published
    np.testing.assert_array_equal(found.positives, counts.positives)
    np.testing.assert_array_equal(found.negatives, counts.negatives)
    assert counts_in(table).positives.tolist() == counts.positives[counts.order].tolist()


def test_a_tie_counts_as_present_and_nobody_has_no_share() -> None:
    counts = ClassCounts(np.array([2, 1, 0]), np.array([2, 2, 0]))
    assert counts.majority.tolist() == [1, -1, 1]
    assert counts.order.tolist() == [0, 1, 2]
    assert np.isnan(counts.shares[2])
