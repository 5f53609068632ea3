"""The thesis' tables in print."""

import pandas as pd

from heed.probing.tables import printed
from tests.probing.made_up import FEW, NETWORKS, PARAMS


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_table_5_2_has_ours_and_the_thesis_numbers(tables: dict[str, pd.DataFrame]) -> None:
    table = printed.best_units(
        tables["attributes"], tables["averages"], tables["multitask"], PARAMS.networks
    )
    lines = table.markdown().splitlines()
    assert cells(lines[0])[:4] == ["Attribute", "residual: layer", "residual: channel",
                                   "residual: neuron"]  # fmt: skip
    assert cells(lines[2])[0] == "Male", "the thesis' order"
    assert len(table.rows) == len(FEW) + 1
    row = (
        tables["attributes"]
        .set_index(["network", "unit", "attribute"])
        .loc["residual", "layer", "Male"]
    )
    expected = f"{100 * row.accuracy:.1f} / {100 * row.balanced_accuracy:.1f} (97.7)"
    assert cells(lines[2])[1] == expected
    assert cells(lines[2])[-1].endswith("(98.2)")
    latex = table.latex()
    assert latex.count(r"\\") == len(FEW) + 2
    assert latex.count(r"\midrule") == 2


def test_table_5_1_has_deviations(tables: dict[str, pd.DataFrame]) -> None:
    table = printed.recognition(tables["recognition"], PARAMS.networks)
    assert [row[0] for row in table.rows] == list(NETWORKS)
    assert table.rows[0][4] == "92.44 (0.16)"
    assert table.rows[0][2] == "88.20 (0.28)"


def test_table_5_3_begins_with_the_published_classifiers(tables: dict[str, pd.DataFrame]) -> None:
    rows = printed.baselines(tables["baselines"]).rows
    assert [row[3] for row in rows[:4]] == ["87.0", "90.9", "91.0", "90.2"]
    assert rows[4][:4] == ["ResNet-50", "whole layer", "published", "83.1"]
    assert {row[2] for row in rows} == {"published", "ours"}


def test_table_5_4_has_a_row_for_each_depth_and_share(tables: dict[str, pd.DataFrame]) -> None:
    table = printed.silencing(tables["silencing"])
    assert len(table.rows) == 3 * 3 * len(NETWORKS)
    assert table.rows[0][:3] == ["residual", "10 %", "1 %"]
    assert list(table.headings[3:]) == ["whole layer", "best 8 channels", "best 8 neurons"]
