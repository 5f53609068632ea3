import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.causal_moves import PANELS, draw_causal_moves

ORDER = ["Smiling", "Male", "Bald"]


@pytest.fixture
def causal() -> pd.DataFrame:
    rows = itertools.product(["a", "b"], PANELS, [*ORDER, "OVERALL"])
    table = pd.DataFrame(rows, columns=["model", "metric", "attribute"])
    mean = np.random.default_rng(0).uniform(-0.3, 2, len(table))
    n = np.where(table["attribute"] == "OVERALL", 75, 25)
    n[table["metric"].eq("flip") & table["attribute"].eq("Bald")] = 24
    return table.assign(n=n, mean=mean, low=mean - 0.1, high=mean + 0.1)


def test_a_panel_for_each_move_and_a_dot_for_each_mean(causal: pd.DataFrame) -> None:
    figure = draw_causal_moves(causal, ORDER)
    assert len(figure.axes) == 3
    ends = [panel.get_title().replace("\n", " ").rpartition("(")[2] for panel in figure.axes]
    assert ends == ["n = 24 to 25)", "n = 25)", "n = 25)"]
    for panel, metric in zip(figure.axes, PANELS, strict=True):
        for model in ("a", "b"):
            dots = next(
                found for found in panel.collections
                if isinstance(found, PathCollection) and found.get_label() == model
            )  # fmt: skip
            rows = causal[(causal["model"] == model) & (causal["metric"] == metric)]
            expected = rows.set_index("attribute").loc[ORDER, "mean"]
            np.testing.assert_allclose(np.asarray(dots.get_offsets())[:, 0], expected)


def test_photographs_have_no_panel_of_flips(causal: pd.DataFrame) -> None:
    figure = draw_causal_moves(causal[causal["metric"] != "flip"], ORDER)
    assert len(figure.axes) == 2


def test_a_table_of_nothing_is_refused(causal: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no row of flip"):
        draw_causal_moves(causal[:0], ORDER)
