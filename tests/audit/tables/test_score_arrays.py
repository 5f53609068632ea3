from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.score_arrays import (
    METRICS,
    ScoreTableError,
    arrays_from_table,
    check_same_faces,
)
from heed.celeba.attributes import ATTRIBUTES


@pytest.fixture
def table(scores):
    n = len(scores.images)
    columns = {
        "image": np.repeat(scores.images, 40),
        "attribute": np.tile(ATTRIBUTES, n),
        "label": scores.labels.ravel(),
        "logit": scores.logits.ravel(),
        "empty": scores.empty.ravel(),
        **{metric: scores.values[metric].ravel() for metric in METRICS},
    }
    return pd.DataFrame(columns)


def test_rows_become_arrays(table, scores):
    found = arrays_from_table(table, "m")
    assert found.images == scores.images
    for name in ("labels", "logits", "empty"):
        np.testing.assert_array_equal(getattr(found, name), getattr(scores, name))
    for metric in METRICS:
        np.testing.assert_array_equal(found.values[metric], scores.values[metric])


def test_wrong_tables_are_named(table):
    with pytest.raises(ScoreTableError, match="scores of m: found no column empty, amr"):
        arrays_from_table(table.drop(columns=["amr", "empty"]), "m")
    with pytest.raises(ScoreTableError, match="found 1199 rows; expected 40 per image"):
        arrays_from_table(table[:-1], "m")
    with pytest.raises(ScoreTableError, match="found 0 rows"):
        arrays_from_table(table[:0], "m")
    swapped = table.iloc[[*range(41), 42, 41, *range(43, len(table))]]
    with pytest.raises(
        ScoreTableError,
        match=r"row 41: found Attractive of 000001.jpg; expected Arched_Eyebrows of 000001.jpg",
    ):
        arrays_from_table(swapped, "m")
    table.loc[85, "image"] = "other.jpg"
    with pytest.raises(ScoreTableError, match=r"row 85: .* of other.jpg; .* of 000002.jpg"):
        arrays_from_table(table, "m")


def test_classifiers_must_be_scored_on_the_same_faces(scores):
    assert check_same_faces({"a": scores, "b": scores}) == scores.images
    other = replace(scores, images=(*scores.images[:4], "x.jpg", *scores.images[5:]))
    with pytest.raises(ScoreTableError, match=r"a \(30 faces\) and b \(30 faces\) .* face 4 on"):
        check_same_faces({"a": scores, "b": other})
    fewer = replace(scores, images=scores.images[:7])
    with pytest.raises(ScoreTableError, match=r"b \(7 faces\) differ from face 7 on"):
        check_same_faces({"a": scores, "b": fewer})
    relabelled = replace(scores, labels=-scores.labels)
    with pytest.raises(ScoreTableError, match="different labels"):
        check_same_faces({"a": scores, "b": relabelled})
