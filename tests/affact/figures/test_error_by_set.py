import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from heed.affact.figures.error_by_set import MAJORITY_LABEL, PUBLISHED_LABEL, draw_error_by_set
from heed.affact.figures.rates_by_set import ROWS, SET_STYLES, ErrorRates
from heed.affact.tables.table_7_1 import table_7_1
from heed.affact.test_sets import SETS
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import MISSING_LABEL
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, pdf, png
from heed.metrics.estimates import OVERALL
from tests.figures.bars import bars_of

BASELINE = pd.DataFrame({"attribute": ATTRIBUTES, "error": np.linspace(0, 0.5, 40)})


def rates(sets: str = "ACDT", error: float = 0.3) -> pd.DataFrame:
    rows = itertools.product(["net"], sets, ROWS)
    return pd.DataFrame(rows, columns=["network", "set", "attribute"]).assign(error=error)


def widths(figure: Figure) -> dict[tuple[str, str], float]:
    """By legend and attribute the width of the bar at the attribute's row."""
    return {
        (label, attribute): width
        for panel in figure.axes  # each with rows of its own
        for label, bars in bars_of(panel).items()
        for attribute, width in bars.items()
    }


def written(figure: Figure) -> list[str]:
    return [text.get_text() for panel in figure.axes for text in panel.texts]


def markers(figure: Figure, label: str) -> list[tuple[float, float]]:
    return [
        tuple(place)
        for panel in figure.axes
        for marks in panel.collections
        if marks.get_label() == label
        for place in np.asarray(marks.get_offsets())
    ]


def test_the_published_table_drawn_as_if_it_were_ours() -> None:
    published = table_7_1()
    long = pd.concat(
        pd.DataFrame({"network": "net", "set": name, "attribute": published["attribute"],
                      "error": published[f"{name}_resnet51s"] / 100})
        for name in SETS
    ).replace({"attribute": {"TOTAL": OVERALL}})  # fmt: skip
    errors = ErrorRates(long, published, {"net": "resnet51s"})
    figure = draw_error_by_set(errors, "net", BASELINE)
    found = widths(figure)
    assert len(found) == 5 * 41
    for name in SETS:
        of_set = published.set_index("attribute")[f"{name}_resnet51s"]
        for attribute, percent in of_set.items():
            bar = found[SET_STYLES[name].label, readable(attribute)]
            assert bar == pytest.approx(min(percent, 15))
    beyond = published.filter(like="_resnet51s").to_numpy().ravel()
    beyond = sorted(f"{100 * (value / 100):.1f}" for value in beyond if value > 15)
    numbers = [text for text in written(figure) if text[0].isdigit()]
    assert sorted(numbers) == sorted(beyond + beyond)
    marked = markers(figure, PUBLISHED_LABEL)
    assert len(marked) == 4 * 41 - len(beyond)
    assert found[MAJORITY_LABEL, "TOTAL"] == 15


def test_numbers_touch_neither_each_other_nor_the_next_panel() -> None:
    published = pd.DataFrame({"attribute": [*ATTRIBUTES, "TOTAL"]})
    published = published.assign(**{f"{name}_affact": 22.22 for name in SETS})
    figure = draw_error_by_set(
        ErrorRates(rates(), published, {"net": "affact"}), "net", BASELINE.assign(error=0.48)
    )
    figure.draw_without_rendering()
    digits = (
        SMALLEST_FONT * 0.73 * figure.dpi / 72
    )  # their height; a text's box is that of its line
    for panel in figure.axes:
        places = {"30.0": [], "22.2": []}
        for text in panel.texts:
            box = text.get_window_extent()
            places.setdefault(text.get_text(), []).append(box)
            assert box.x1 < figure.bbox.x1
        ours, theirs = places["30.0"], places["22.2"]
        rows = len(panel.get_yticklabels())
        assert len(ours) == len(theirs) == 4 * rows
        assert max(box.x1 for box in ours) < min(box.x0 for box in theirs)
        for column in (ours, theirs):
            middles = np.sort([(box.y0 + box.y1) / 2 for box in column])
            assert np.diff(middles).min() > 1.15 * digits
        assert not places["ours"][0].overlaps(places["publ."][0])
    names = [label.get_window_extent() for label in figure.axes[1].get_yticklabels()]
    left = [text.get_window_extent() for text in figure.axes[0].texts]
    assert max(box.x1 for box in left) < min(name.x0 for name in names)
    width, height = figure.get_size_inches()
    assert width == TEXT_WIDTH
    assert height <= 9.5


def test_the_table_has_what_is_cut_and_the_majority() -> None:
    figure = draw_error_by_set(ErrorRates(rates("A")), "net", BASELINE)
    table = drawn_numbers(figure).set_index(["series", "row"])["value"]
    assert len(table) == 2 * 41
    assert table[SET_STYLES["A"].label, "Bald"] == pytest.approx(30)
    assert table[MAJORITY_LABEL, "Young"] == pytest.approx(50)


def test_a_missing_number_is_no_bar_and_a_missing_set_no_colour() -> None:
    table = rates("AT", error=0.1)
    table.loc[(table["attribute"] == "Bald") & (table["set"] == "T"), "error"] = np.nan
    figure = draw_error_by_set(ErrorRates(table), "net", BASELINE)
    found = widths(figure)
    labels = {label for label, _ in found}
    assert labels == {MAJORITY_LABEL, SET_STYLES["A"].label, SET_STYLES["T"].label}
    assert (SET_STYLES["T"].label, "Bald") not in found
    assert found[SET_STYLES["A"].label, "Bald"] == pytest.approx(10)
    ((_, row),) = markers(figure, MISSING_LABEL)
    assert round(row) == ATTRIBUTES.index("Bald")
    assert not markers(figure, PUBLISHED_LABEL)


def test_same_bytes_each_time() -> None:
    for encode in (png, pdf):
        first, second = (
            encode(draw_error_by_set(ErrorRates(rates("A")), "net", BASELINE), 50) for _ in range(2)
        )
        assert first == second
