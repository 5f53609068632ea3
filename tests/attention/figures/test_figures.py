"""What the study's figures draw is what the tables hold."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from heed.attention.figures.catalogue import FIGURES, run_values
from heed.attention.figures.shown import Shown, read_shown
from heed.base.errors import HeedError
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import png
from tests.attention import made_up
from tests.attention.made_up import MADE_UP, SIDE

Tables = dict[str, pd.DataFrame]
NUMBERS = [entry.name for entry in FIGURES.entries("numbers", run_values(MADE_UP))]
FACES = [entry.name for entry in FIGURES.entries("faces", run_values(MADE_UP))]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Shown]]:
    folder = tmp_path_factory.mktemp("examples")
    found = {}
    for name in MADE_UP.names:
        with (folder / f"{name}.npz").open("wb") as file:
            np.savez(file, allow_pickle=False, **made_up.examples(MADE_UP, name))
        found[name] = read_shown(folder / f"{name}.npz", MADE_UP.pairs_of(name))
    return found


def drawings(kind: Any, tables: Tables, study: Any = MADE_UP, **more: Any) -> Any:
    return FIGURES.drawings(kind, {**tables, **run_values(study), **more})


def drawn(tables: Tables, name: str) -> pd.DataFrame:
    figure = drawings("numbers", tables)[name]()
    png(figure, 30)
    return drawn_numbers(figure)


def test_there_is_a_figure_for_each_pair_and_run() -> None:
    assert {"examples_chin", "averages_lipstick"} <= set(FACES)
    assert {f"cost_{run}" for run in MADE_UP.guided} <= set(NUMBERS)
    assert all(entry.number is None for entry in FIGURES.entries(run=run_values(MADE_UP)))


@pytest.mark.parametrize("name", NUMBERS)
def test_every_figure_of_numbers_is_drawn_with_its_numbers(tables: Tables, name: str) -> None:
    assert len(drawn(tables, name))


def test_recall_has_a_dot_with_its_interval_for_each_network(tables: Tables) -> None:
    numbers = drawn(tables, "recall_and_energy")
    chosen = (numbers["quantity"] == "recall on E2 (%)") & (numbers["row"] == "IoU loss")
    own = numbers[chosen & (numbers["panel"] == "Wearing Lipstick")].iloc[0]
    expected = tables["values"].query(
        "run == 'lipstick_iou' and quantity == 'recall' and set == 'E2'"
    )
    for column, name in (("value", "value"), ("low", "value_low"), ("high", "value_high")):
        assert own[column] == pytest.approx(100 * expected[name].item())
    assert own["n"] == expected["faces"].item()


def test_the_trade_off_is_error_against_recall(tables: Tables) -> None:
    numbers = drawn(tables, "trade_off")
    own = numbers[(numbers["panel"] == "Double Chin") & (numbers["series"] == "IoU loss")]
    values = tables["values"].query("run == 'chin_iou' and pair == 'chin'")
    accuracy = values.query("quantity == 'accuracy' and set == 'test'")["value"].item()
    recall = values.query("quantity == 'recall' and set == 'E2'")["value"].item()
    assert own["value"].tolist() == pytest.approx([100 * (1 - accuracy), 100 * recall])


def test_costs_are_in_the_order_of_the_error_and_against_the_start(tables: Tables) -> None:
    numbers = drawn(tables, "cost_lipstick_iou")
    errors = numbers[(numbers["panel"] == "error rate") & (numbers["series"] == "IoU loss")]
    assert len(errors) == len(ATTRIBUTES)
    assert errors["value"].is_monotonic_decreasing
    assert set(errors[errors["hollow"]]["row"]) == {"Wearing Lipstick"}
    first = errors.iloc[0]
    expected = tables["changes"].query(
        "run == 'lipstick_iou' and against == 'plain' and quantity == 'error_rate' and "
        f"attribute == '{first['row'].replace(' ', '_')}'"
    )
    assert first["value"] == pytest.approx(100 * expected["difference"].item())


def test_energy_has_before_control_and_after(tables: Tables) -> None:
    numbers = drawn(tables, "energy_of_all_chin")
    assert set(numbers["series"]) == {"Pre-trained", "BCE alone", "IoU loss"}
    assert len(numbers) == 3 * len(ATTRIBUTES)


def test_without_a_control_and_runs_there_is_before_alone(tables: Tables) -> None:
    alone = made_up.with_runs(MADE_UP, {})
    figures = drawings("numbers", tables, alone)
    assert not any(name.startswith("cost") for name in figures)
    numbers = drawn_numbers(figures["energy_of_all_chin"]())
    assert set(numbers["series"]) == {"Pre-trained"}
    figures["recall_and_energy"]()
    figures["trade_off"]()


@pytest.mark.parametrize("name", FACES)
def test_every_figure_of_faces_is_drawn(
    tables: Tables, examples: dict[str, dict[str, Shown]], name: str
) -> None:
    figure: Figure = drawings("faces", {}, examples=examples)[name]()
    assert png(figure, 30)
    pair = name.partition("_")[2]
    rows = 2 + len(MADE_UP.guided_by(pair))  # before, the control, and what the pair leads
    expected = (rows + 1) * 4 if name.startswith("examples") else rows
    assert len(figure.axes[0].images) == expected


def test_what_is_found_is_told_below_the_face(examples: dict[str, dict[str, Shown]]) -> None:
    figure = drawings("faces", {}, examples=examples)["examples_chin"]()
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts.count("missed (\N{MINUS SIGN}0.5)") == 2  # before and under the control
    assert "E2: without the confounder" in texts


def test_the_region_is_drawn_where_its_corners_are(
    examples: dict[str, dict[str, Shown]],
) -> None:
    figure = drawings("faces", {}, examples=examples)["examples_chin"]()
    axes = figure.axes[0]
    left, right, _, top = axes.images[0].get_extent()
    x, y = axes.lines[0].get_data()
    pixel = (right - left) / SIDE
    assert np.min(x) == pytest.approx(left + (0.3 * SIDE + 0.5) * pixel)
    assert np.max(y) == pytest.approx(top + (0.8 * SIDE + 0.5) * pixel)


def test_a_region_that_is_a_mask_has_no_outline(examples: dict[str, dict[str, Shown]]) -> None:
    bare = {
        name: {
            pair: Shown(**{**vars(own), "corners": np.empty((4, 0, 4, 2))})
            for pair, own in of.items()
        }
        for name, of in examples.items()
    }
    for name in ("examples_chin", "averages_chin"):
        assert not drawings("faces", {}, examples=bare)[name]().axes[0].lines


def test_a_pair_without_faces_has_a_sentence(examples: dict[str, dict[str, Shown]]) -> None:
    nothing: dict[str, dict[str, Shown]] = {name: {} for name in examples}
    figure = drawings("faces", {}, examples=nothing)["examples_chin"]()
    assert "There is no face" in figure.texts[0].get_text()


def test_a_file_of_old_code_is_named(tmp_path: Any) -> None:
    arrays = made_up.examples(MADE_UP, "chin_iou")
    del arrays["chin/average"]
    with (tmp_path / "old.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    with pytest.raises(HeedError, match=r"old\.npz: found no array chin/average"):
        read_shown(tmp_path / "old.npz", ["chin"])


@pytest.mark.parametrize("name", ["recall_and_energy", "cost_chin_iou"])
def test_the_same_tables_give_the_same_bytes(tables: Tables, name: str) -> None:
    draw = drawings("numbers", tables)[name]
    assert png(draw(), 40) == png(draw(), 40)


def test_maps_lie_where_the_file_says_rows_before_columns(tmp_path: Any) -> None:
    arrays = made_up.examples(MADE_UP, "chin_iou")
    peak = np.zeros((4, 7, 7), np.float32)
    peak[:, 2, 3] = 1
    # Rows at 10 + 8 i, columns at 2 + 9 i.
    arrays |= {"chin/maps": peak, "chin/placement": np.array([[8.0, 10.0], [9.0, 2.0]])}
    with (tmp_path / "one.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    found = read_shown(tmp_path / "one.npz", ["chin"])["chin"].maps[0]
    assert np.unravel_index(found.argmax(), found.shape) == (26, 29)
