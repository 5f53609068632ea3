import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from heed.affact.figures.error_by_set import PUBLISHED_LABEL
from heed.affact.figures.overall_by_set import draw_overall_by_set
from heed.affact.figures.rates_by_set import SET_STYLES, ErrorRates
from heed.figures.theme import TEXT_WIDTH
from heed.metrics.estimates import OVERALL

BASELINE = pd.DataFrame({"attribute": ["Bald", "Male"], "error": [0.1, 0.2]})
PUBLISHED = pd.DataFrame({"attribute": ["TOTAL"], "A_affact": [8.21], "T_affact": [8.44]})


def rates(networks: int = 3, sets: str = "ACDT") -> pd.DataFrame:
    rows = itertools.product([f"net_{index}" for index in range(networks)], sets, [OVERALL])
    table = pd.DataFrame(rows, columns=["network", "set", "attribute"])
    table["error"] = 0.08 + 0.01 * np.arange(len(table))
    return table.assign(error_low=table["error"] - 0.002, error_high=table["error"] + 0.003)


def dots(figure: Figure, label: str) -> list[list[float]]:
    """Places of the dots of one legend entry, without its stand-in for missing ones."""
    (panel,) = figure.axes
    (found,) = [
        marks for marks in panel.collections
        if isinstance(marks, PathCollection) and marks.get_label() == label
    ]  # fmt: skip
    return np.asarray(found.get_offsets()).tolist()


def test_each_network_has_a_dot_in_the_row_of_each_set() -> None:
    table = rates()
    figure = draw_overall_by_set(ErrorRates(table), BASELINE)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == [style.label for style in SET_STYLES.values()]
    for network, of_network in table.groupby("network"):
        found = dots(figure, network)
        assert [x for x, _ in found] == pytest.approx(100 * of_network["error"].to_numpy())
        assert [round(y) for _, y in found] == [0, 1, 2, 3]
    whiskers = [
        segment for lines in figure.axes[0].collections if isinstance(lines, LineCollection)
        for segment in lines.get_segments()
    ]  # fmt: skip
    ends = sorted((segment[0][0], segment[1][0]) for segment in whiskers)
    expected = 100 * table[["error_low", "error_high"]].to_numpy()
    np.testing.assert_allclose(ends, expected)


def test_the_published_number_lies_at_the_height_of_its_network() -> None:
    errors = ErrorRates(rates(), PUBLISHED, {"net_1": "affact"})
    figure = draw_overall_by_set(errors, BASELINE)
    ours, theirs = dots(figure, "net_1"), dots(figure, PUBLISHED_LABEL)
    assert [x for x, _ in theirs] == [8.21, 8.44]
    assert [y for _, y in theirs] == [ours[0][1], ours[3][1]]
    written = [text.get_text() for text in figure.axes[0].texts]
    assert {"ours", "publ.", "8.21", "8.44"} < set(written)


@pytest.mark.parametrize("networks", [1, 3, 8])
def test_numbers_do_not_overlap(networks: int) -> None:
    stands_for = {f"net_{index}": "affact" for index in range(networks)}
    figure = draw_overall_by_set(ErrorRates(rates(networks), PUBLISHED, stands_for), BASELINE)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 2 + networks * (4 + 2)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert all(box.x1 < figure.bbox.x1 for box in boxes)
    assert figure.get_figwidth() == TEXT_WIDTH


def test_a_set_that_one_network_lacks() -> None:
    table = rates(2, "AD")
    table = table[(table["network"] != "net_0") | (table["set"] != "A")]
    table = table.drop(columns=["error_low", "error_high"])
    figure = draw_overall_by_set(ErrorRates(table), BASELINE)
    assert [round(y) for _, y in dots(figure, "net_0")] == [1]
    assert [round(y) for _, y in dots(figure, "net_1")] == [0, 1]
    assert len(figure.axes[0].texts) == 1 + 3


def test_the_majority_is_a_line_unless_far_from_all_dots() -> None:
    near = draw_overall_by_set(ErrorRates(rates()), BASELINE).axes[0]
    (line,) = [line for line in near.lines if "majority" in line.get_label()]
    assert line.get_xdata() == pytest.approx([15, 15])
    assert line.get_label() == "majority class of training: 15.0 %"
    far = draw_overall_by_set(ErrorRates(rates(1)), BASELINE.assign(error=0.9)).axes[0]
    assert far.get_xlim()[1] < 20
    (line,) = [line for line in far.lines if "majority" in line.get_label()]
    assert "90.0 % (not in the panel)" in line.get_label()
