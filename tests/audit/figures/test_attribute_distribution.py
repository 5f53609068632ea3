import pandas as pd
import pytest

from heed.audit.figures.attribute_distribution import draw_attribute_distribution
from tests.figures.bars import bars_of


def table(**counts: list[int]) -> pd.DataFrame:
    """Hat and Young; parts that are not given are empty."""
    parts = {
        f"{part}_{sign}": [0, 0]
        for part in ("train", "validation", "test")
        for sign in ("positives", "negatives")
    }
    return pd.DataFrame({"attribute": ["Wearing_Hat", "Young"]} | parts | counts)


def test_the_two_shares_of_all_partitions_lie_end_to_end() -> None:
    # by hand: hats 1 + 2 + 3 of 25, young 20 + 1 of 25
    of_all = table(
        train_positives=[1, 20], train_negatives=[19, 0],
        validation_positives=[2, 1], validation_negatives=[0, 1],
        test_positives=[3, 0], test_negatives=[0, 3],
    )  # fmt: skip
    # the audited faces are some of the test faces: they count once
    of_all["audited_positives"], of_all["audited_negatives"] = [3, 0], [0, 3]
    (panel,) = draw_attribute_distribution(of_all).axes[:1]
    widths = bars_of(panel)
    have = {"Wearing Hat": 6 / 25, "Young": 21 / 25}
    assert widths["with the attribute"] == pytest.approx(have)
    assert widths["without the attribute"] == pytest.approx({n: 1 - s for n, s in have.items()})
    first, second = panel.containers
    assert [bar.get_x() for bar in first] == [0, 0]
    assert [bar.get_x() for bar in second] == [bar.get_width() for bar in first]
    assert panel.get_xlabel() == "share of 25 faces"


def test_partitions_that_the_run_leaves_out_are_told() -> None:
    of_test = table(test_positives=[1000, 1], test_negatives=[0, 999])
    (panel,) = draw_attribute_distribution(of_test).axes
    assert bars_of(panel)["with the attribute"]["Young"] == pytest.approx(0.001)
    assert panel.get_xlabel() == "share of 1,000 faces (partition: test)"


def test_without_faces_there_is_no_bar() -> None:
    widths = bars_of(draw_attribute_distribution(table(train_positives=[0, 1])).axes[0])
    assert {tuple(of_label) for of_label in widths.values()} == {("Young",)}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="found no column train_positives among positives"):
        draw_attribute_distribution(pd.DataFrame({"attribute": ["Bald"], "positives": [3]}))
