"""The study's figures of numbers, from tables in memory."""

import itertools

import numpy as np
import pandas as pd

from heed.affact.figures.catalogue import FIGURES, names_of
from heed.affact.figures.rates_by_set import ROWS, ErrorRates
from heed.celeba.attributes import ATTRIBUTES

NETWORKS = {"one": "resnet51s", "two": None}
NO_CURVES = pd.DataFrame()


def test_all_figures_of_numbers_in_the_order_of_the_catalogue() -> None:
    table = pd.DataFrame(itertools.product(NETWORKS, "AT", ROWS),
                         columns=["network", "set", "attribute"])  # fmt: skip
    error = np.random.default_rng(0).random(len(table)) / 4
    errors = ErrorRates(table.assign(error=error), None, NETWORKS)
    baseline = pd.DataFrame({"attribute": ATTRIBUTES, "error": 0.2})
    drawings = FIGURES.drawings(
        "numbers",
        names_of(NETWORKS)
        | {
            "errors": errors,
            "baseline": baseline,
            "trainings": dict.fromkeys(NETWORKS, NO_CURVES),
            "attribute_errors": dict.fromkeys(NETWORKS, pd.DataFrame({"Male": [0.1]}, index=[1])),
        },
    )
    assert list(drawings) == [
        "error_by_set_one",
        "error_by_set_two",
        "overall_by_set",
        "relative_error_two",
        "accuracy_by_epoch",
        "training_curves",
    ]
    assert "not trained here" in drawings["training_curves"]().texts[0].get_text()
    title = drawings["relative_error_two"]().get_supxlabel()
    assert title == "error of two against that of one: difference (%)"
