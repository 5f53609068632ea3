import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.catalogue import FIGURES
from heed.audit.figures.crossed import draw_crossed
from tests.default_run import RUN

ORDER = ["Smiling", "Male", "Bald"]
MODELS = ["balanced", "unbalanced"]


@pytest.fixture
def crossed() -> pd.DataFrame:
    rows = itertools.product(MODELS, ["Male", "Young"], ["error_rate", "amr"], ORDER)
    table = pd.DataFrame(rows, columns=["model", "cross", "metric", "attribute"])
    table = table[table["cross"] != table["attribute"]]
    numbers = np.random.default_rng(0).uniform(-0.3, 0.3, len(table))
    return table.assign(
        difference=numbers, difference_low=numbers - 0.1, difference_high=numbers + 0.1,
        n_with=266, n_without=np.where(table["cross"] == "Male", 382, 201.3),
        p_holm=np.where(table["attribute"] == "Bald", 0.001, 0.5),
    )  # fmt: skip


def test_dots_are_differences_and_filled_where_significant(crossed: pd.DataFrame) -> None:
    figure = draw_crossed(crossed, ORDER, "amr", "difference in AMR")
    assert [panel.get_title().split("\n") for panel in figure.axes] == [
        ["Male: faces with it (n = 266)", "− faces without it (n = 382)"],
        ["Young: faces with it (n = 266)", "− faces without it (n = 201)"],
    ]
    for panel, second in zip(figure.axes, ["Male", "Young"], strict=True):
        for model in MODELS:
            rows = crossed.query(
                f"model == '{model}' and cross == '{second}' and metric == 'amr'"
            ).set_index("attribute")
            filled = next(
                found for found in panel.collections
                if isinstance(found, PathCollection) and found.get_label() == model
            )  # fmt: skip
            np.testing.assert_allclose(
                np.asarray(filled.get_offsets())[:, 0], [rows.loc["Bald", "difference"]]
            )
        low, high = panel.get_xlim()
        assert low == -high


def test_a_metric_without_rows_is_named(crossed: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no row with the metric pe"):
        draw_crossed(crossed, ORDER, "pe", "")


def test_there_is_a_figure_for_each_metric() -> None:
    names = [entry.name for entry in FIGURES.entries("numbers", run=RUN) if "crossed" in entry.name]
    assert names == ["crossed_error_rate", "crossed_amr", "crossed_pe"]
