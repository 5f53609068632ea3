"""The study's figures of numbers, from tables in memory."""

import itertools

import numpy as np
import pandas as pd

from heed.affact.figures.catalogue import of_kind
from heed.affact.figures.error_rates import ROWS, ErrorRates
from heed.affact.figures.number_figures import number_drawings
from heed.celeba.attributes import ATTRIBUTES

NETWORKS = {"one": "resnet51s", "two": None}


def test_all_figures_of_numbers_in_the_order_of_the_catalogue() -> None:
    table = pd.DataFrame(itertools.product(NETWORKS, "AT", ROWS),
                         columns=["network", "set", "attribute"])  # fmt: skip
    error = np.random.default_rng(0).random(len(table)) / 4
    errors = ErrorRates(table.assign(error=error), None, NETWORKS)
    baseline = pd.DataFrame({"attribute": ATTRIBUTES, "error": 0.2})
    drawings = number_drawings(errors, baseline, {"one": pd.DataFrame(), "two": pd.DataFrame()})
    assert list(drawings) == [entry.name for entry in of_kind(NETWORKS, "numbers")]
    assert "not trained here" in drawings["training_curves"]().texts[0].get_text()
    title = drawings["relative_error_two"]().get_supxlabel()
    assert title == "error of two against that of one: difference (%)"
