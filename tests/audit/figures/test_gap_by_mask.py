import itertools

import numpy as np
import pandas as pd

from heed.audit.figures.gap_by_mask import draw_gap_by_mask
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import COLUMN_WIDTH

MODELS = ("a", "b", "b_minus_a")


def test_every_gap_with_its_interval_and_no_difference_between_networks() -> None:
    keys = itertools.product(MODELS, ("receptive_field", "half_pixel"), ("1", "evidence"))
    gaps = pd.DataFrame(keys, columns=["model", "placement", "version"])
    gaps["value"] = np.linspace(-0.1, 0.3, len(gaps))
    gaps["low"], gaps["high"], gaps["attributes"] = gaps["value"] - 0.02, gaps["value"] + 0.03, 27
    gaps.loc[0, ["value", "low", "high"]] = np.nan
    figure = draw_gap_by_mask(gaps, {"a": None, "b": None})
    shown, of_networks = drawn_numbers(figure), gaps[gaps["model"] != "b_minus_a"]
    for name in ("value", "low", "high"):
        np.testing.assert_array_equal(shown[name], of_networks[name])
    assert shown["row"].tolist() == 2 * [
        f"{masks} {place}"
        for place in ("where the cells look", "centres of blocks")
        for masks in ("mask version 1", "evidence masks")
    ]
    assert list(dict.fromkeys(shown["series"])) == ["a (n = 27)", "b (n = 27)"]
    (panel,) = figure.axes
    assert panel.get_xlim()[0] < -0.08 < 0.18 < panel.get_xlim()[1]
    assert figure.get_figwidth() == COLUMN_WIDTH
