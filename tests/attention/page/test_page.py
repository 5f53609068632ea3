"""The page's sentences follow the numbers."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from heed.attention.figures.catalogue import FIGURES, run_values
from heed.attention.page.concealed import concealed
from heed.attention.page.cost import cost
from heed.attention.page.found import Found
from heed.attention.page.judged import judged, printed_runs
from heed.attention.page.maps import control, maps
from heed.attention.page.page import questions, render_page
from heed.attention.page.paper import paper, weighed
from heed.attention.page.recall import recall
from heed.attention.tables.study import Study
from tests.attention.made_up import MADE_UP, answered, with_runs

Tables = dict[str, pd.DataFrame]
Interval = tuple[float, float, float]
NOTHING = (float("nan"),) * 3


def found(tables: Tables, study: Study = MADE_UP, few: int = 5) -> Found:
    return Found(study, tables, few, 0.05, 0.95)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def changed(tables: Tables, name: str, interval: Interval, **wanted: Any) -> Tables:
    """The tables with a difference set wherever some columns have some values."""
    table = tables[name].copy()
    rows = pd.Series(data=True, index=table.index)
    for column, value in wanted.items():
        rows &= table[column] == value
    assert rows.any()
    table.loc[rows, ["difference", "difference_low", "difference_high"]] = interval
    return {**tables, name: table}


E2 = {"quantity": "recall", "set": "E2", "against": "bce"}
ONE = {"run": "chin_iou", "pair": "chin"}


def part(question: Any, of: str) -> tuple[str, ...]:
    return next(tuple(map(plain, p.lines)) for p in question.parts if p.heading.startswith(of))


def test_every_question_is_answered_and_shows_every_figure(tables: Tables) -> None:
    asked = questions(found(tables), "drawn faces")
    assert [question.anchor for question in asked] == [
        "recall", "maps", "control", "cost", "concealed", "paper", "faces",
    ]  # fmt: skip
    assert all(question.answer for question in asked)
    shown = [name for each in asked for name in (*each.figures, *each.folded)]
    entries = FIGURES.entries(run=run_values(MADE_UP))
    assert sorted(shown) == sorted(entry.name for entry in entries)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.12, 0.05, 0.2), "More than by BCE alone are found by the IoU loss (+12.0 points, +5.0"),
        ((-0.1, -0.2, -0.05), "Fewer than by BCE alone are found by the IoU loss (−10.0 points"),
        ((0.1, -0.1, 0.3), "Whether more or fewer than by BCE alone are found is not settled for"),
        ((0.0, 0.0, 0.0), "Exactly as many as by BCE alone are found by the IoU loss (0.0 points"),
        (NOTHING, "Nothing can be said of the IoU loss."),
    ],
)
def test_recall_is_told_by_its_interval(tables: Tables, interval: Interval, words: str) -> None:
    given = changed(tables, "differences", interval, **ONE, **E2)
    assert part(recall(found(given)), "Double Chin")[1].startswith(words)


def test_runs_are_counted_by_what_they_gain(tables: Tables) -> None:
    given = changed(tables, "differences", (0.1, 0.05, 0.2), **E2)
    answer = recall(found(given)).answer[0]
    assert answer == (
        "Against BCE alone, on faces that have the attribute without its confounder: all 5 guided "
        "runs find more of them."
    )
    given = changed(given, "differences", (-0.1, -0.2, -0.05), **ONE, **E2)
    answer = recall(found(given)).answer[0]
    assert answer.endswith("of 5 guided runs 4 find more of them and 1 finds fewer of them.")


def test_a_gain_that_is_bought_by_saying_yes_is_told(tables: Tables) -> None:
    given = changed(tables, "differences", (0.0, 0.0, 0.0), **E2)
    assert len(recall(found(given)).answer) == 1
    given = changed(given, "differences", (0.1, 0.05, 0.2), **ONE, **E2)
    wrong = {"quantity": "fpr", "against": "bce", **ONE}
    fair = changed(given, "differences", (0.0, -0.01, 0.01), **wrong)
    assert recall(found(fair)).answer[1].startswith("It does not find the attribute more often")
    bought = changed(given, "differences", (0.3, 0.2, 0.4), **wrong)
    assert recall(found(bought)).answer[1].startswith("This run finds the attribute more often")
    assert "more by the IoU loss (+30.0 points" in part(recall(found(bought)), "Double Chin")[-1]


def test_few_faces_are_said_to_be_few(tables: Tables) -> None:
    count = tables["sets"].query("pair == 'chin' and set == 'E2'")["faces"].item()
    told = part(recall(found(tables, few=count + 1)), "Double Chin")[0]
    assert f"the {count} test faces with Double Chin but without Chubby (E2) – few" in told
    assert "few" not in part(recall(found(tables, few=count)), "Double Chin")[0]
    small = judged(found(tables, few=count + 1)).answer[-1]
    assert f"E2 of Double Chin ({count})" in small


def test_mcnemars_tests_are_counted_training_by_training(tables: Tables) -> None:
    table = tables["mcnemar"].copy()
    own = (table["run"] == "chin_iou") & (table["against"] == "bce") & (table["set"] == "E2")
    table.loc[own, ["gained", "lost"]] = [9, 1]
    table.loc[own, "p_holm"] = [0.01, 0.2, 0.04]
    told = part(recall(found({**tables, "mcnemar": table})), "Double Chin")[2]
    assert told.endswith("the IoU loss finds more in 2 of 3 trainings.")
    table.loc[own, ["gained", "lost"]] = [1, 9]
    told = part(recall(found({**tables, "mcnemar": table})), "Double Chin")[2]
    assert told.endswith("the IoU loss finds fewer in 2 of 3 trainings.")


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.2, 0.1, 0.3), "Against BCE alone it rises under the IoU loss (+0.200, +0.100 to"),
        ((-0.2, -0.3, -0.1), "Against BCE alone it falls under the IoU loss"),
        ((0.1, -0.1, 0.3), "Against BCE alone no change is settled under the IoU loss"),
    ],
)
def test_maps_are_told_by_their_interval(tables: Tables, interval: Interval, words: str) -> None:
    given = changed(
        tables, "differences", interval, **ONE, against="bce",
        quantity="proportional_energy", set="with_attribute",
    )  # fmt: skip
    assert words in part(maps(found(given)), "Double Chin")[0]


def test_empty_maps_are_told_where_there_are_some(tables: Tables) -> None:
    table = tables["values"].copy()
    empty = table["quantity"] == "empty"
    table.loc[empty, ["value", "value_low", "value_high"]] = 0.0
    assert not any("empty" in line for line in part(maps(found({**tables, "values": table})), "W"))
    table.loc[empty & (table["run"] == "bce"), "value"] = 0.25
    told = part(maps(found({**tables, "values": table})), "Wearing Lipstick")[-1]
    assert told.startswith("Some maps are empty: 25.0 %")


def test_the_controls_own_change_is_told(tables: Tables) -> None:
    given = changed(
        tables, "differences", (0.05, 0.01, 0.1), run="bce", quantity="recall", set="E2"
    )
    question = control(found(given))
    assert question.answer[0] == "All 3 pairs gain recall on E2 by it."
    assert "recall on E2 rises (+5.0 points, +1.0 to +10.0)" in plain(question.answer[1])


def test_the_cost_is_told_of_the_attribute_and_of_the_others(tables: Tables) -> None:
    accuracy = {"quantity": "accuracy", "set": "test", "against": "bce"}
    given = changed(tables, "differences", (-0.02, -0.03, -0.01), **accuracy)
    given = changed(given, "others", (0.001, -0.01, 0.02), against="bce", quantity="error_rate")
    answer = [plain(line) for line in cost(found(given)).answer]
    assert "its own attribute: all 5 guided runs err more." in answer[0]
    assert "the other attributes: all 5 guided runs err neither more nor less for" in answer[0]
    # Less accuracy is more error.
    assert "it rises under the IoU loss (lipstick) (+2.0 points, +1.0 to +3.0)" in answer[1]
    assert "no change is settled under the IoU loss (lipstick) (+0.10 points" in answer[2]


def test_the_papers_change_stands_beside_ours(tables: Tables) -> None:
    given = changed(
        tables, "differences", (0.05, 0.01, 0.1), **ONE, against="plain", quantity="recall",
        set="E2",
    )  # fmt: skip
    answer = [plain(line) for line in paper(found(given), "drawn faces").answer]
    assert answer[2].startswith("Double Chin: in the paper recall on E2 goes from 81.77 to 86.45 %")
    assert "+4.7 points" in answer[2]
    weights = weighed(MADE_UP.runs["chin_iou"].weights)
    assert answer[2].endswith(
        f"it is +5.0 points (+1.0 to +10.0) under the IoU loss with weights {weights}."
    )
    assert "weights (1, 3) and no control" in answer[2]
    assert "63.53 % for High Cheekbones" in answer[-1]
    assert "not comparable" in answer[-1]


def test_networks_of_concealed_faces_are_held_against_the_start(tables: Tables) -> None:
    given = changed(
        tables, "differences", (-0.3, -0.4, -0.2), run="mouth_only", quantity="accuracy", set="test"
    )
    lines = part(concealed(found(given)), "Networks that were trained")
    assert lines[0].startswith(
        "On whole faces the network trained on mouths alone (N_o) is less often right about "
        "Wearing Lipstick than the pre-trained network (−30.0 points, −40.0 to −20.0)"
    )


def test_one_seed_is_said_to_be_one() -> None:
    tables = answered(seeds=(0,), count=120)
    answer = judged(found(tables)).answer
    assert "were trained with 1 seed each" in answer[0]
    assert answer[1].startswith("Where there is one seed, intervals are over faces alone")
    assert all(question.answer for question in questions(found(tables), "drawn faces"))
    rendered = page(tables)
    assert "nan" not in rendered.replace("finance", "").lower().split()


@pytest.mark.parametrize("left", [(), ("bce",), ("chin_iou",)])
def test_a_study_of_fewer_runs_has_a_page(left: tuple[str, ...]) -> None:
    study = with_runs(MADE_UP, {name: MADE_UP.runs[name] for name in left})
    tables = answered(study, count=120)
    rendered = page(tables, study)
    assert rendered.count("<section") == 7 + 1
    answers = {each.anchor: each.answer[0] for each in questions(found(tables, study), "x")}
    if "bce" not in left:
        assert answers["control"].startswith("It was not asked")
    if "chin_iou" in left:
        assert answers["recall"].startswith("Against the pre-trained network, on faces")
    else:
        assert answers["recall"] == "Nothing is known: no run leads the map of any attribute."
        assert answers["cost"] == "Nothing: no map was led."


def test_another_pair_is_not_held_against_the_papers(tables: Tables) -> None:
    pair = MADE_UP.pairs["chin"].model_copy(update={"confounder": "Male"})
    study = replace(MADE_UP, pairs={"chin": pair})
    given = {
        name: table[table["pair"] == "chin"] if "pair" in table.columns else table
        for name, table in tables.items()
    }
    answer = paper(found(given, study), "drawn faces").answer
    assert answer == ("They do not: no pair of the study is one of the paper's.",)


def test_every_run_is_listed_with_its_weights_and_seeds(tables: Tables) -> None:
    rows = {row[1]: row for row in printed_runs(tables["runs"], MADE_UP).rows}
    weights = weighed(MADE_UP.runs["chin_iou"].weights)
    assert rows["chin_iou"] == [
        "IoU loss (chin)", "chin_iou", "Double Chin", weights, "with attribute", "3",
    ]  # fmt: skip
    assert rows["mixture"][2:] == ["", "", "mixture", "1"]


def page(tables: Tables, study: Study = MADE_UP) -> str:
    return render_page(
        found(tables, study),
        source="drawn faces",
        figures={},
        catalogue=FIGURES.entries(run=run_values(study)),
        origin={"faces": "drawn faces"},
    )


def test_the_page_needs_nothing_but_itself(tables: Tables) -> None:
    rendered = page(tables)
    assert "http://" not in rendered
    assert "https://" not in rendered
    assert "Table 1 of the paper" in rendered


def test_two_regions_of_one_attribute_are_told_apart(tables: Tables) -> None:
    study = replace(MADE_UP, pairs={**MADE_UP.pairs, "box_double_chin": MADE_UP.pairs["chin"]})
    told = recall(found(tables, study)).parts[-1].heading
    assert told == "Double Chin (chin), confounded with Chubby"
