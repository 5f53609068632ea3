"""What the studies found: the tables in git, and tables in which every number can be followed."""

import pandas as pd
import pytest

from heed.explorer.before_and_after import (
    attention_runs,
    attributes_before_and_after,
    before_and_after,
)
from heed.explorer.studies import methods_ranking, probing_heat_map
from tests.places import ROOT

STUDY = ROOT / "studies/attention"


def write(folder, **tables):
    (folder / "metrics/tables").mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"metrics/tables/{name}.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture
def study(tmp_path):
    """A study with a start (a), a control (b) and two runs, of which one led two pairs."""
    folder = tmp_path / "attention"
    write(
        folder,
        runs="""run,label,kind,loss,pairs,w_a,w_g,images,seeds
            a,Start,start,,,,,original,2
            b,BCE,control,none,,1,0,with_attribute,2
            c,IoU,guided,iou,hat,1,5,with_attribute,2
            d,Both,guided,iou,hat chin,1,5,with_attribute,1""",
        sets="""pair,attribute,confounder,set,faces,persons,positives
            hat,Wearing_Hat,Male,test,9,9,4
            hat,Wearing_Hat,Male,E1,3,3,3
            chin,Double_Chin,Chubby,test,9,9,2""",
        values="""run,pair,quantity,set,faces,persons,seeds,value,value_low,value_high
            a,,error_rate,test,9,9,2,0.1,0,1
            a,hat,recall,E1,3,3,2,0.5,0,1
            b,hat,recall,E1,3,3,2,0.6,0,1
            c,hat,recall,E1,3,3,2,0.75,0,1
            a,hat,proportional_energy,E2,2,2,2,0.25,0,1
            c,hat,proportional_energy,E2,2,2,2,0.5,0,1
            c,hat,accuracy,test,9,9,2,0.9,0,1
            a,hat,recall,E2,2,2,2,0.125,0,1
            c,hat,recall,E2,2,2,2,,,""",
        differences="""run,against,pair,quantity,set,faces,persons,seeds,difference,difference_low,difference_high
            c,a,hat,recall,E1,3,3,2,0.25,0.2,0.3
            c,b,hat,recall,E1,3,3,2,0.15,0.1,0.2
            c,a,hat,proportional_energy,E2,2,2,2,0.25,,
            d,a,hat,recall,E1,3,3,2,9,9,9""",
        attributes="""run,attribute,quantity,seeds,value,value_low,value_high
            a,Bald,error_rate,2,0.1,0,1
            b,Bald,error_rate,2,0.2,0,1
            c,Bald,error_rate,2,0.4,0,1
            a,Wearing_Hat,error_rate,2,0.3,0,1
            c,Wearing_Hat,error_rate,2,0.25,0,1
            a,Young,error_rate,2,0.3,0,1
            c,Young,error_rate,2,0.3,0,1
            c,Young,amr,2,0.9,0,1""",
        changes="""run,against,attribute,led,quantity,seeds,difference,difference_low,difference_high
            c,a,Young,False,error_rate,2,0,-0.1,0.1
            c,a,Bald,False,error_rate,2,0.3,0.2,0.4
            c,a,Wearing_Hat,True,error_rate,2,-0.05,-0.1,0
            c,b,Bald,False,error_rate,2,0.2,0.1,0.3
            c,a,Young,False,amr,2,0.5,0.4,0.6""",
    )
    return folder


def test_before_control_and_after_stand_side_by_side(study):
    found = before_and_after(study, "c").table
    expected = pd.DataFrame(
        [
            ("hat", "Recall", 3, 0.5, 0.6, 0.75, 0.25, 0.2, 0.3),
            ("hat", "Recall", 2, 0.125, None, None, None, None, None),
            ("hat", "PE in the region", 2, 0.25, None, 0.5, 0.25, None, None),
        ],
        columns=["pair", "quantity", "faces", "before", "control", "after", "change",
                 "change_low", "change_high"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)
    assert found["of"].tolist()[0] == "with attribute and confounder (E1)"


def test_the_other_attributes_stand_behind_the_led_one_by_change(study):
    found = attributes_before_and_after(study, "c").table
    expected = pd.DataFrame(
        [
            ("Wearing_Hat", True, 0.3, None, 0.25, -0.05, -0.1, 0.0),
            ("Bald", False, 0.1, 0.2, 0.4, 0.3, 0.2, 0.4),
            ("Young", False, 0.3, None, 0.3, 0.0, -0.1, 0.1),
        ],
        columns=["attribute", "led", "before", "control", "after", "change", "change_low",
                 "change_high"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert attributes_before_and_after(study, "c", "amr").table.after.tolist() == [0.9]


def test_runs_have_a_row_for_each_pair_that_they_led(study):
    found = attention_runs(study).table
    assert found[["run", "pair", "attribute", "confounder", "seeds"]].to_numpy().tolist() == [
        ["c", "hat", "Wearing_Hat", "Male", 2],
        ["d", "hat", "Wearing_Hat", "Male", 1],
        ["d", "chin", "Double_Chin", "Chubby", 1],
    ]


def test_a_run_that_there_is_not_is_named(study):
    for of in (before_and_after, attributes_before_and_after):
        found = of(study, "e")
        assert found.table is None
        assert found.caption == "run: found 'e'; expected one of a, b, c, d"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            lambda file: file.unlink(),
            "runs.csv: no such file: this study has not run; run `dvc repro`",
        ),
        (lambda file: file.write_text(""), "runs.csv: is damaged (No columns to parse from file)"),
        (lambda file: file.write_bytes(b"run,kind\n\xff,\xfe\n"), "runs.csv: is damaged ("),
        (lambda file: file.write_text("a,b\n1,2,3\n4,5,6,7\n"), "runs.csv: is damaged ("),
        (lambda file: file.write_text("run,label\n1,2\n"), "runs.csv: found no column kind; run"),
        (lambda file: file.write_text("run,kind\nc,guided\n"), "found no run of the kind start"),
    ],
)
def test_a_damaged_table_is_a_sentence(study, harm, said):
    harm(study / "metrics/tables/runs.csv")
    found = before_and_after(study, "c")
    assert found.table is None
    assert said in found.caption
    assert "\n" not in found.caption


def test_without_studies_there_are_sentences(tmp_path):
    for found in (methods_ranking(tmp_path), probing_heat_map(tmp_path)):
        assert found.table is None
        assert "this study has not run; run `dvc repro` in" in found.caption


def test_a_study_without_rows_is_a_sentence(tmp_path):
    folder = tmp_path / "studies/probing"
    write(
        folder,
        layers="network,attribute,layer,depth,balanced_accuracy",
        encoding="network,attribute,best_layer",
    )
    assert "found nothing to show in it" in probing_heat_map(tmp_path).caption


def test_layers_stand_by_depth_and_attributes_as_the_study_has_them(tmp_path):
    write(
        tmp_path / "studies/probing",
        layers="""network,attribute,layer,depth,balanced_accuracy
            b,Bald,late,9,0.75
            b,Bald,early,2,0.5
            b,Young,early,2,
            a,Bald,only,1,0.6""",
        encoding="""network,attribute,best_layer
            b,Young,early
            b,Bald,late""",
    )
    found = probing_heat_map(tmp_path).table
    columns = ["network", "attribute", "depth", "best"]
    assert found[columns].to_numpy().tolist() == [
        ["b", "Young", 2, True],
        ["b", "Bald", 2, False],
        ["b", "Bald", 9, True],
        ["a", "Bald", 1, False],
    ]


def test_methods_are_ranked_metric_by_metric():
    found = methods_ranking(ROOT).table
    ranks = pd.read_csv(ROOT / "studies/methods/metrics/tables/ranks.csv")
    values = pd.read_csv(ROOT / "studies/methods/metrics/tables/methods.csv")
    assert len(found) == len(ranks)
    assert found["metric"].unique().tolist() == ranks["metric"].unique().tolist()
    for metric, rows in found.groupby("metric"):
        assert rows["rank"].is_monotonic_increasing
        for row in rows.itertuples():
            of = (values.metric == metric) & (values.method == row.method)
            assert values[of].value.item() == row.value
    assert found.set_index("metric").label["proportional_energy"].iloc[0] == "PE"
    assert found.set_index("metric").direction["deletion"].iloc[0] == "down"


def test_attributes_are_read_layer_by_layer():
    found = probing_heat_map(ROOT).table
    layers = pd.read_csv(ROOT / "studies/probing/metrics/tables/layers.csv")
    encoding = pd.read_csv(ROOT / "studies/probing/metrics/tables/encoding.csv")
    assert len(found) == len(layers)
    assert (
        found[found.network == "residual"].attribute.unique().tolist()
        == encoding[encoding.network == "residual"].attribute.unique().tolist()
    )
    for _, rows in found.groupby(["network", "attribute"]):
        assert rows.depth.is_monotonic_increasing
    best = found[found.best].set_index(["network", "attribute"]).layer
    expected = encoding.set_index(["network", "attribute"]).best_layer.reindex(best.index)
    assert best.tolist() == expected.tolist()
    assert len(best) == len(encoding)


def test_the_study_of_attention_has_its_runs_and_changes():
    runs = attention_runs(STUDY).table
    assert set(runs.attribute) == {"Wearing_Lipstick", "High_Cheekbones", "Double_Chin"}
    values = pd.read_csv(STUDY / "metrics/tables/values.csv")
    for run in runs.run:
        table = before_and_after(STUDY, run).table
        row = table[(table.quantity == "Recall") & table["of"].str.contains("E2")].iloc[0]
        of = values[(values.run == run) & (values.quantity == "recall") & (values.set == "E2")]
        assert row.after == of.value.item()
        assert row[["before", "control", "change"]].notna().all()
        others = attributes_before_and_after(STUDY, run).table
        assert len(others) == 40
        assert others.led.sum() == 1
        assert others.led[0]
        assert others.attribute[0] == runs.set_index("run").attribute[run]
