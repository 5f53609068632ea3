"""Groups crossed with a second attribute, against pandas and a bootstrap in a loop."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.crossed import CROSSED, crossed_table
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.metrics.bootstrap import cluster_weights
from heed.metrics.paired_tests import holm
from tests.made_up_scores import make_scores

N, MALE, YOUNG = 60, ATTRIBUTE_INDEX["Male"], ATTRIBUTE_INDEX["Young"]
ORDER = np.arange(40)[::-1]
PERSONS = np.arange(N) // 3
SETTINGS = {"resamples": 100, "confidence": 0.9, "seed": 2, "least_faces": 5}
KEYS = ["model", "cross", "metric", "attribute"]


def table_of(replicates, cross=("Male", "Young"), **changed):
    found = crossed_table(replicates, PERSONS, ORDER, cross, **SETTINGS | changed)
    return found.set_index(KEYS)


@pytest.fixture(scope="module")
def scores():
    return make_scores(N)


def values_of(scores, metric):
    if metric == "error_rate":
        return (scores.logits.astype(float) * scores.labels < 0).astype(float)
    return scores.values[metric]


@pytest.mark.parametrize("metric", CROSSED)
def test_means_and_intervals_are_those_of_a_loop_over_faces(scores, metric):
    table = table_of({"net": [scores]})
    has, values = scores.labels[:, YOUNG] == 1, values_of(scores, metric)
    weights = np.concatenate(list(cluster_weights(PERSONS, 100, seed=2)))
    for attribute in ("Bald", "Smiling", "5_o_Clock_Shadow"):
        row = table.loc[("net", "Young", metric, attribute)]
        column = values[:, ATTRIBUTE_INDEX[attribute]]
        sides = [pd.Series(np.where(side, column, np.nan)) for side in (has, ~has)]
        assert [row["n_with"], row["n_without"]] == [side.count() for side in sides]
        assert [row["with"], row["without"]] == pytest.approx([side.mean() for side in sides])
        drawn = [[side.repeat(faces.astype(int)).mean() for side in sides] for faces in weights]
        differences = np.subtract(*np.transpose(drawn))
        expected = np.nanquantile(differences, [0.05, 0.95])
        assert [row["difference_low"], row["difference_high"]] == pytest.approx(expected)


def test_the_second_attribute_is_not_among_its_own(scores):
    table = table_of({"net": [scores]}).reset_index()
    for second in ("Male", "Young"):
        rows = table[(table["cross"] == second) & (table["metric"] == "amr")]
        expected = [ATTRIBUTES[index] for index in ORDER if ATTRIBUTES[index] != second]
        assert rows["attribute"].tolist() == [*expected, "OVERALL"]


def test_overall_and_tests_are_over_attributes_with_enough_faces(scores):
    """The attribute at index 2 has no AMR at all."""
    table = table_of({"net": [scores]}).loc[("net", "Male", "amr")]
    rows = table.drop("OVERALL")
    counted = rows[["n_with", "n_without"]].min(axis=1) >= 5
    assert not counted[ATTRIBUTES[2]]
    assert 30 < counted.sum() < 39
    overall = table.loc["OVERALL"]
    assert overall["attributes"] == counted.sum()
    assert overall["difference"] == pytest.approx(rows.loc[counted, "difference"].mean())
    assert (rows["p"].notna() == counted).all()
    np.testing.assert_allclose(rows["p_holm"], holm(rows["p"].to_numpy()))
    nobody = table_of({"net": [scores]}, cross=[ATTRIBUTES[0]])  # which no face has
    assert (nobody["n_with"] == 0).all()
    assert nobody[["with", "difference", "p"]].isna().all(axis=None)
    assert nobody.drop("OVERALL", level=3)["without"].notna().sum() > 100
    assert (nobody.xs("OVERALL", level=3)["attributes"] == 0).all()
    none = table_of({"net": [scores]}, least_faces=1000).loc[("net", "Male", "amr")]
    assert none[["p", "p_holm"]].isna().all(axis=None)
    assert np.isnan(none.loc["OVERALL", "difference"])


def test_a_difference_that_is_there_is_found_and_no_other():
    """Scores are noise but for one attribute, whose AMR is higher in men; faces are many."""
    rng = np.random.default_rng(0)
    labels = rng.choice([-1, 1], (600, 40)).astype(np.int8)
    values = {metric: rng.random((600, 40)) for metric in METRICS}
    bald = ATTRIBUTE_INDEX["Bald"]
    values["amr"][:, bald] += 0.4 * (labels[:, MALE] == 1)
    made = ScoreArrays(
        tuple(map(str, range(600))), labels, rng.normal(size=(600, 40)).astype(np.float32),
        np.zeros((600, 40), bool), values,
    )  # fmt: skip
    table = crossed_table({"net": [made]}, np.arange(600), ORDER, ["Male"], **SETTINGS)
    small = table[table["p_holm"] < 0.05]
    assert small[["metric", "attribute"]].to_numpy().tolist() == [["amr", "Bald"]]
    assert small["difference"].item() == pytest.approx(0.4, abs=0.1)


def test_trainings_are_averaged_and_widen_the_interval(scores):
    shifted = make_scores(N)
    shifted.values["amr"][scores.labels[:, MALE] == 1] += 0.5  # one training, one side
    one = table_of({"net": [scores]}).loc[("net", "Male", "amr", "Smiling")]
    two = table_of({"net": [scores, shifted]}).loc[("net", "Male", "amr", "Smiling")]
    assert two["difference"] == pytest.approx(one["difference"] + 0.25)
    assert two["without"] == pytest.approx(one["without"])
    wide, narrow = (row["difference_high"] - row["difference_low"] for row in (two, one))
    assert wide > 2 * narrow


def test_equal_networks_have_equal_rows(scores):
    table = table_of({"one": [scores], "other": [scores]})
    pd.testing.assert_frame_equal(table.loc["one"], table.loc["other"])


def test_few_persons_are_not_tested_however_many_faces_they_have(scores):
    labels = np.array(scores.labels)
    labels[:, YOUNG] = np.where(PERSONS < 4, 1, -1)  # four persons on twelve faces
    table = table_of({"net": [replace(scores, labels=labels)]}, cross=("Young",))
    assert (table["n_with"].drop("OVERALL", level="attribute") <= 12).all()
    assert table["p"].isna().all()
    assert (table.xs("OVERALL", level="attribute")["attributes"] == 0).all()
    four = table_of({"net": [replace(scores, labels=labels)]}, cross=("Young",), least_faces=4)
    assert four.loc[("net", "Young", "error_rate", "Smiling"), "p"] <= 1
