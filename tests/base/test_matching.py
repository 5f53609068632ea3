"""Matching by name."""

import numpy as np
import pandas as pd
import pytest

from heed.base.matching import DifferentImagesError, check_same_images, rows_of
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of


def test_rows_follow_the_names_and_not_their_order():
    assert rows_of(["c", "a", "c"], ["a", "b", "c"], "faces").tolist() == [2, 0, 2]


def faces(names):
    table = pd.DataFrame({"image": names})
    for index, attribute in enumerate(ATTRIBUTES):
        table[attribute] = np.where(np.arange(len(names)) == index, 1, -1).astype(np.int8)
    return table


def test_labels_are_joined_by_name():
    found = labels_of(["c.jpg", "a.jpg"], faces(["a.jpg", "b.jpg", "c.jpg"]), "faces")
    assert found.dtype == np.int8
    assert np.argmax(found, axis=1).tolist() == [2, 0]


def test_image_without_labels_is_named():
    with pytest.raises(
        DifferentImagesError, match=r"faces\.parquet: found no row for z\.jpg \(1 of 2"
    ):
        labels_of(["a.jpg", "z.jpg"], faces(["a.jpg"]), "faces.parquet")


def test_results_of_different_images_are_told():
    check_same_images({"a": "12", "b": "12"})
    with pytest.raises(DifferentImagesError, match="a: 12, b: None"):
        check_same_images({"a": "12", "b": None})
