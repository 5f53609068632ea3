"""The study's figures of numbers, from tables in memory."""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from heed.affact.figures.catalogue import FIGURES, names_of
from heed.affact.figures.rates_by_set import ROWS, ErrorRates
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.registry import WIDTHS, Entry
from heed.figures.theme import SMALLEST_FONT

NETWORKS = {"one": "resnet51s", "two": None}
NO_CURVES = pd.DataFrame()


CURVES = pd.DataFrame(
    {"train/loss": [0.5, 0.4], "validation/loss": [0.5, 0.45], "validation/error_rate": [0.2, 0.1]},
    index=pd.Index([1, 2], name="epoch"),
)


def drawings(curves: pd.DataFrame) -> dict[str, Callable[[], Figure]]:
    table = pd.DataFrame(itertools.product(NETWORKS, "AT", ROWS),
                         columns=["network", "set", "attribute"])  # fmt: skip
    error = np.random.default_rng(0).random(len(table)) / 4
    errors = ErrorRates(table.assign(error=error), None, NETWORKS)
    baseline = pd.DataFrame({"attribute": ATTRIBUTES, "error": 0.2})
    return FIGURES.drawings(
        "numbers",
        names_of(NETWORKS)
        | {
            "errors": errors,
            "baseline": baseline,
            "trainings": dict.fromkeys(NETWORKS, curves),
            "attribute_errors": dict.fromkeys(NETWORKS, pd.DataFrame({"Male": [0.1]}, index=[1])),
        },
    )


def test_all_figures_of_numbers_in_the_order_of_the_catalogue() -> None:
    found = drawings(NO_CURVES)
    assert list(found) == [
        "error_by_set_one",
        "error_by_set_two",
        "overall_by_set",
        "relative_error_two",
        "accuracy_by_epoch",
        "training_curves",
    ]
    assert "not trained here" in found["training_curves"]().texts[0].get_text()
    title = found["relative_error_two"]().get_supxlabel()
    assert title == "error of two against that of one: difference (%)"


@pytest.mark.parametrize(
    "entry", FIGURES.entries("numbers", names_of(NETWORKS)), ids=lambda e: e.name
)
def test_every_figure_fits_print_and_has_its_numbers(entry: Entry) -> None:
    figure = drawings(CURVES)[entry.name]()
    assert figure.get_figwidth() in WIDTHS.values()
    assert figure.get_figheight() <= 9.5
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST_FONT
    table = drawn_numbers(figure)
    assert table["value"].notna().any()
    assert (table["row"] != "").all()
