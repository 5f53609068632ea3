import pandas as pd
import pytest

from heed.audit.figures.attribute_distribution import draw_attribute_distribution
from tests.figures.bars import bars_of


def test_the_two_shares_lie_end_to_end() -> None:
    table = pd.DataFrame(
        {
            "attribute": ["Wearing_Hat", "Young"],
            "train_positives": [1, 30],
            "train_negatives": [3, 10],
        }
    )
    (panel,) = draw_attribute_distribution(table).axes
    widths = bars_of(panel)
    assert widths["with the attribute"] == pytest.approx({"Wearing Hat": 0.25, "Young": 0.75})
    assert widths["without the attribute"] == pytest.approx({"Wearing Hat": 0.75, "Young": 0.25})
    have, lack = panel.containers
    assert [bar.get_x() for bar in have] == [0, 0]
    assert [bar.get_x() for bar in lack] == [bar.get_width() for bar in have]
    assert panel.get_xlabel() == "share of training faces"


def test_without_faces_there_is_no_bar() -> None:
    table = pd.DataFrame(
        {"attribute": ["Bald", "Young"], "train_positives": [0, 1], "train_negatives": [0, 1]}
    )
    widths = bars_of(draw_attribute_distribution(table).axes[0])
    assert {tuple(of_label) for of_label in widths.values()} == {("Young",)}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="found no column train_positives among positives"):
        draw_attribute_distribution(pd.DataFrame({"attribute": ["Bald"], "positives": [3]}))


def test_published_shares_are_named_so() -> None:
    table = pd.DataFrame(
        {
            "attribute": ["Young"],
            "train_positives": [0],
            "train_negatives": [0],
            "published_positives": [75_000],
            "published_negatives": [25_000],
        }
    )
    figure = draw_attribute_distribution(table)
    (panel,) = figure.axes
    assert bars_of(panel)["with the attribute"] == pytest.approx({"Young": 0.75})
    assert panel.get_xlabel() == "share of CelebA's training faces (published)"
