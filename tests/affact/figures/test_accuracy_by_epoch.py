import pandas as pd
import pytest

from heed.affact.figures.accuracy_by_epoch import draw_accuracy_by_epoch
from heed.base.errors import InputError


def errors(*of_male: float) -> pd.DataFrame:
    epochs = pd.RangeIndex(1, len(of_male) + 1, name="epoch")
    return pd.DataFrame({"Young": 0.9, "Male": of_male}, index=epochs)


def test_each_network_has_a_line_of_what_is_right_in_percent() -> None:
    figure = draw_accuracy_by_epoch({"one": errors(0.5, 0.25, 0.125), "two": errors(0.4)})
    (panel,) = figure.axes
    drawn = [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in panel.lines]
    assert drawn == [([1, 2, 3], [50, 75, 87.5]), ([1], [60])]
    assert [line.get_label() for line in panel.lines] == ["one", "two"]


def test_errors_without_the_attribute_are_refused() -> None:
    with pytest.raises(InputError, match=r"one: found the errors of Young; expected Male"):
        draw_accuracy_by_epoch({"one": errors(0.5)[["Young"]]})
