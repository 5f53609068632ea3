"""Table 1 has the paper's layout and its numbers, and what is not known is empty."""

import pandas as pd
import pytest

from heed.attention.run_settings import RunParams
from heed.attention.tables.answers import printed_tables
from heed.attention.tables.printed import DASH, others
from heed.attention.tables.printed import table_1 as printed_table_1
from heed.attention.tables.published import ACCURACIES, CONFOUNDERS, published
from heed.attention.tables.study import KIND_WORDS, Study
from heed.attention.tables.table_1 import table_1
from heed.celeba.attributes import ATTRIBUTES
from tests.attention.made_up import MADE_UP, with_runs


def test_table_1_has_a_row_per_kind_and_the_sets_of_the_paper(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = printed_table_1(tables["published"], MADE_UP)
    assert [row[0] for row in found.rows] == list(KIND_WORDS.values())
    assert list(found.headings[1:6]) == [
        "Wearing Lipstick: test", "Wearing Lipstick: sunglasses", "Wearing Lipstick: mouth only",
        "Wearing Lipstick: E1 (recall)", "Wearing Lipstick: E2 (recall)",
    ]  # fmt: skip
    assert len(found.headings) == 1 + 5 + 2 + 2


def test_the_papers_numbers_stand_beside_ours(tables: dict[str, pd.DataFrame]) -> None:
    rows = {row[0]: row[1:] for row in printed_table_1(tables["published"], MADE_UP).rows}
    values = tables["values"].set_index(["run", "pair", "quantity", "set"])["value"]
    ours = values["lipstick_iou", "lipstick", "recall", "E2"]
    assert rows["IoU loss"][4] == f"{100 * ours:.1f} (83.31)"
    assert rows["Pre-trained"][6].endswith("(47.41)")
    assert rows["IoU loss"][8].endswith("(86.45)")
    assert rows["Centre loss"][5] == DASH  # no run leads cheekbones by this loss, in neither study
    assert "(" not in rows["BCE alone"][0]  # which the paper lacks
    assert not any("(" in cell for cell in rows["BCE alone"])


def test_two_runs_of_one_loss_have_a_row_each(tables: dict[str, pd.DataFrame]) -> None:
    more = RunParams(pairs=["lipstick"], loss="iou", weights=[1, 2])
    study = with_runs(MADE_UP, {**MADE_UP.runs, "lipstick_iou_2": more})
    values = tables["values"]
    second = values[values["run"] == "lipstick_iou"].assign(run="lipstick_iou_2", value=0.5)
    found = printed_table_1(table_1(study, pd.concat([values, second])), study)
    rows = [row for row in found.rows if row[0].startswith("IoU loss")]
    assert rows[1][0] == "IoU loss (lipstick iou 2)"
    assert rows[1][1] == "50.0"  # and not the paper's beside it again
    assert study.labels["lipstick_iou_2"] == "IoU loss: lipstick iou 2"
    assert study.labels["chin_iou"] == "IoU loss"


def test_a_kind_that_the_study_has_not_keeps_the_papers_row() -> None:
    study = Study({"plain": MADE_UP.networks["plain"]}, {}, MADE_UP.pairs, "plain")
    columns = ["run", "pair", "quantity", "set", "value", "value_low", "value_high"]
    found = printed_table_1(table_1(study, pd.DataFrame(columns=columns)), study)
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["IoU loss"][0] == f"{DASH} (93.25)"
    assert "BCE alone" not in rows


def test_published_numbers_are_shares_of_known_attributes() -> None:
    for (kind, attribute, on), value in ACCURACIES.items():
        assert kind in KIND_WORDS
        assert attribute in CONFOUNDERS
        assert 0.4 < value < 1
        assert published(kind, attribute, CONFOUNDERS[attribute], on) == value
    assert set(CONFOUNDERS) | set(CONFOUNDERS.values()) <= set(ATTRIBUTES)


def test_with_another_confounder_the_papers_sets_are_others() -> None:
    assert published("iou", "Double_Chin", "Chubby", "E2") == pytest.approx(0.8645)
    assert pd.isna(published("iou", "Double_Chin", "Male", "E2"))
    assert published("iou", "Wearing_Lipstick", "Male", "test") == pytest.approx(0.9325)


def test_differences_have_their_sign_and_interval(tables: dict[str, pd.DataFrame]) -> None:
    printed = printed_tables(tables, MADE_UP)
    table = printed["differences_lipstick"]
    row = next(row for row in table.rows if row[:2] == ["IoU loss", "BCE alone"])
    expected = tables["differences"].query(
        "run == 'lipstick_iou' and against == 'bce' and quantity == 'recall' and set == 'E2'"
    )["difference"]
    assert row[2].startswith(f"{100 * expected.item():+.1f} (")
    assert {len(row) for row in table.rows} == {len(table.headings)}
    assert r"\begin{tabular}" in table.latex()
    assert table.note in table.markdown()


def test_without_an_interval_nothing_is_counted(tables: dict[str, pd.DataFrame]) -> None:
    bare = tables["others"].assign(difference_low=float("nan"), difference_high=float("nan"))
    assert all(row[-1] == DASH for row in others(bare, MADE_UP.labels).rows)
