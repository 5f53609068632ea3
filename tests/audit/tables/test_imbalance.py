import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.imbalance import attributes_table, class_counts, training_counts
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.majority import LabelsError, majority_class
from tests.places import REFERENCE


def labels_with_rates(rates, n):
    return np.where(np.arange(n)[:, None] < np.rint(rates * n), 1, -1).astype(np.int8)


def test_by_hand():
    labels = np.full((5, 40), -1, dtype=np.int8)
    labels[:4, 0] = 1  # 4 of 5
    labels[:2, 7] = 1  # 2 of 5
    labels[0, 3] = 1  # 1 of 5
    counts = class_counts(labels)
    assert counts.positives[[0, 3, 7, 8]].tolist() == [4, 1, 2, 0]
    assert counts.negatives[[0, 3, 7, 8]].tolist() == [1, 4, 3, 5]
    assert counts.order[:4].tolist() == [7, 0, 3, 1]  # ties keep CelebA's order
    assert majority_class(labels)[[0, 7]].tolist() == [1, -1]
    assert majority_class(labels[:4])[7] == 1  # 2 of 4


def test_celeba_rates_give_the_published_order_and_majorities():
    rates = pd.read_csv(REFERENCE / "celeba_attribute_rates.csv", index_col="attribute")
    labels = labels_with_rates(
        rates.loc[list(ATTRIBUTES), "train_positive_rate"].to_numpy(), 162_770
    )
    order = [ATTRIBUTES[index] for index in class_counts(labels).order]
    published = pd.read_csv(REFERENCE / "thesis_table_5_1_mask_v2.csv")["attribute"][:40].tolist()
    # The thesis has these two the other way round; their shares differ by half a per mille.
    swapped = published.index("Brown_Hair")
    assert published[swapped + 1] == "Bags_Under_Eyes"
    published[swapped : swapped + 2] = published[swapped + 1], published[swapped]
    assert order == published
    positive = [ATTRIBUTES[index] for index in np.flatnonzero(majority_class(labels) == 1)]
    assert positive == ["Attractive", "No_Beard", "Young"]


def test_wrong_labels_are_named():
    with pytest.raises(LabelsError, match="no faces in the training partition"):
        majority_class(np.empty((0, 40), dtype=np.int8))
    with pytest.raises(LabelsError, match=r"found labels \[0\]"):
        class_counts(np.zeros((2, 40), dtype=np.int8))


def test_attributes_table_counts_both_classes_of_each_part():
    train = np.full((5, 40), -1, dtype=np.int8)
    train[:4, 0] = 1
    labels = {"train": train, "audited": train[3:]}
    table = attributes_table(labels, np.array([1, 0]))
    assert table["attribute"].tolist() == list(ATTRIBUTES[1::-1])
    assert table["train_positives"].tolist() == [0, 4]
    assert table["train_negatives"].tolist() == [5, 1]
    assert table["audited_positives"].tolist() == [0, 1]
    assert table["audited_negatives"].tolist() == [2, 1]


def test_labels_may_be_lists():
    labels = [[1, -1, -1], [1, -1, 1], [1, 1, -1]]
    assert majority_class(labels).tolist() == [1, -1, -1]
    assert class_counts(labels).order.tolist() == [1, 2, 0]


def test_the_training_faces_of_the_inventorys_table_are_counted():
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((9, 40)) < 0.4, 1, -1).astype(np.int8)
    faces = pd.DataFrame(labels, columns=list(ATTRIBUTES))
    faces["partition"] = [0, 2, 0, 1, 0, 2, 2, 2, 2]
    found, expected = training_counts(faces), class_counts(labels[[0, 2, 4]])
    np.testing.assert_array_equal(found.positives, expected.positives)
    np.testing.assert_array_equal(found.negatives, expected.negatives)
    assert training_counts(faces[faces["partition"] > 0]).published
