"""The study's figures show what their tables have."""

from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import png
from heed.layers.names import Kind
from heed.probing.figures.catalogue import FIGURES
from heed.probing.figures.panels import KIND_MARKERS
from tests.probing.made_up import FEW, NETWORKS, PARAMS

NAMES = [
    "accuracy_by_depth", "accuracy_by_group", "attribute_by_depth", "best_units",
    "loss_behind_the_best_layer", "controls", "vip_and_accuracy", "vip_histogram", "silencing",
    "networks_compared", "depth_and_maps",
]  # fmt: skip


def values(tables: dict[str, pd.DataFrame], empty: bool = False) -> dict[str, Any]:
    found = {name: table.iloc[:0] if empty else table for name, table in tables.items()}
    networks = [] if empty else list(PARAMS.networks)
    return {**found, "networks": networks, "controls": {} if empty else PARAMS.controls}


def drawn(tables: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    return drawn_numbers(FIGURES.drawings("numbers", values(tables))[name]())


def test_every_figure_registers_itself_in_the_order_of_the_questions() -> None:
    assert [entry.name for entry in FIGURES.entries("numbers")] == NAMES
    assert all(entry.number is None for entry in FIGURES.entries("numbers"))


def test_every_kind_of_layer_has_a_mark() -> None:
    assert set(KIND_MARKERS) == set(get_args(Kind))


@pytest.mark.parametrize("name", NAMES)
def test_without_anything_to_show_a_figure_is_empty(
    tables: dict[str, pd.DataFrame], name: str
) -> None:
    figure = FIGURES.drawings("numbers", values(tables, empty=True))[name]()
    assert len(png(figure, 40)) > 100
    assert drawn_numbers(figure).empty


@pytest.mark.parametrize("name", ["best_units", "vip_histogram"])
def test_the_same_tables_give_the_same_bytes(tables: dict[str, pd.DataFrame], name: str) -> None:
    draw = FIGURES.drawings("numbers", values(tables))[name]
    assert png(draw(), 40) == png(draw(), 40)


def test_curves_are_the_means_by_layer(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "accuracy_by_depth")
    chosen = (numbers["panel"] == "plain") & (numbers["series"] == "best 8 neurons")
    heights = numbers[chosen & (numbers["quantity"] == "balanced accuracy (%)")]["value"]
    expected = tables["depth"].query(
        "network == 'plain' and unit == 'neurons' and group == 'all attributes'"
    )
    assert heights.tolist() == pytest.approx((100 * expected["balanced_accuracy"]).tolist())


def test_the_heat_map_has_every_layer_of_every_attribute(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "attribute_by_depth")
    assert len(numbers) == len(FEW) * sum(NETWORKS.values())
    row = (
        tables["layers"].query("network == 'plain' and attribute == 'Bald' and depth == 3").iloc[0]
    )
    cell = numbers.query("panel == 'plain' and series == 'block.3' and row == 'Bald'")
    assert cell["value"].item() == pytest.approx(100 * row["balanced_accuracy"])


def test_units_have_dots_with_intervals(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "best_units").query("panel == 'plain' and series == 'best neuron'")
    table = tables["attributes"].query("network == 'plain' and unit == 'neuron'")
    for column, name in (("value", ""), ("low", "_low"), ("high", "_high")):
        expected = 100 * table[f"balanced_accuracy{name}"]
        assert numbers[column].tolist() == pytest.approx(expected.tolist())


def test_losses_are_ordered_from_the_greatest(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "loss_behind_the_best_layer")
    first = numbers[numbers["panel"] == "plain"]["row"].tolist()[:2]
    assert set(first) == {"Smiling", "Mouth Slightly Open"}


def test_silence_has_a_line_for_each_setting(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "silencing")
    assert numbers["series"].nunique() == 27
    assert len(numbers) == 2 * len(tables["silencing_by_layer"])


def test_vip_is_beside_activation(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "vip_and_accuracy")
    assert set(numbers["series"]) == {"one projection", "VIP", "mean activation"}
    steps = numbers[(numbers["series"] == "VIP") & numbers["quantity"].str.startswith("tenth")]
    assert sorted(set(steps["value"])) == list(range(1, 11))


def test_every_pair_of_networks_is_compared(tables: dict[str, pd.DataFrame]) -> None:
    numbers = drawn(tables, "networks_compared")
    assert len(numbers) == 3 * 2 * len(FEW)


def renamed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables, with formulas in the names of a network, of an attribute and of all layers."""
    formulas = {"plain": "pl$a_in$", "Bald": "Ba$\\ld$", "Smiling": "$Smiling", "Male": "Ma$l}e$"}
    found = {}
    for name, table in tables.items():
        words = table.select_dtypes(exclude="number").columns.difference(["layer"])
        layers = {"layer": "$" + table["layer"] + "\\x$"} if "layer" in table else {}
        found[name] = table.assign(
            **{word: table[word].replace(formulas) for word in words}, **layers
        )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_between_dollars_is_no_formula(tables: dict[str, pd.DataFrame], name: str) -> None:
    beside = {"residual": "resnet50", "pl$a_in$": "vgg16"}
    given = {**values(renamed(tables)), "networks": list(beside),
             "controls": {"untrained": "pl$a_in$"}}  # fmt: skip
    figure = FIGURES.drawings("numbers", given)[name]()
    assert len(png(figure, 40)) > 100
    drawn = {text.get_text() for text in figure.findobj(Text) if "$" in text.get_text()}
    assert any("pl$a in$" in text for text in drawn) or name == "depth_and_maps"
    assert not any(
        text.get_parse_math() for text in figure.findobj(Text) if text.get_text() in drawn
    )


def test_a_missing_value_leaves_its_place_empty(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["encoding"].assign(loss=np.nan, loss_low=np.nan, loss_high=np.nan)
    figure = FIGURES.drawings("numbers", {**values(tables), "encoding": table})
    numbers = drawn_numbers(figure["loss_behind_the_best_layer"]())
    assert numbers["value"].isna().all()
