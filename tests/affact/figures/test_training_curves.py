import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from heed.affact.figures.training_curves import draw_training_curves, drops, joined
from heed.figures.theme import png


def curve(values: list[float], name: str = "loss") -> pd.DataFrame:
    return pd.DataFrame({"step": range(1, len(values) + 1), name: values})


def training(epochs: int = 6) -> pd.DataFrame:
    return joined(
        {
            "train/loss": curve(list(np.linspace(0.5, 0.1, epochs))),
            "validation/loss": curve(list(np.linspace(0.6, 0.2, epochs))),
            "validation/error_rate": curve(list(np.linspace(0.3, 0.1, epochs))),
            "learning_rate": curve([1e-3] * (epochs // 2) + [1e-4] * (epochs - epochs // 2)),
        }
    )


def lines(figure: Figure, label: str) -> list[tuple[list[float], list[float]]]:
    (panel,) = [panel for panel in figure.axes if panel.get_ylabel() == label]
    return [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in panel.lines]


def test_curves_are_joined_by_epoch() -> None:
    short = pd.DataFrame({"step": [2], "error": [0.5]})
    table = joined({"train/loss": curve([0.3, 0.2]), "validation/error_rate": short})
    assert table.index.tolist() == [1, 2]
    assert table.index.name == "epoch"
    np.testing.assert_array_equal(table["validation/error_rate"], [np.nan, 0.5])
    assert joined({}).empty


def test_another_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="train/loss: found the columns epoch, loss"):
        joined({"train/loss": curve([1]).rename(columns={"step": "epoch"})})
    with pytest.raises(ValueError, match="epoch 2 is there twice"):
        joined({"train/loss": pd.DataFrame({"step": [1, 2, 2], "loss": [1, 2, 3]})})


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([1, 1, 1, 0.1, 0.1, 0.01, 0.01], [3, 5]),
        ([1, 1, 1], []),
        ([1], []),
        ([], []),
        ([0.1, 0.1, 0.1, 1, 1, 1], []),  # a rise
        ([0.1, 0.5, 1, 0.7, 0.3, 0.1], []),  # one cycle: it changes in every epoch
    ],
)
def test_drops(rates: list[float], expected: list[int]) -> None:
    assert drops(np.array(rates, float)).tolist() == expected


def test_each_network_has_its_lines_and_circles_where_the_rate_drops() -> None:
    figure = draw_training_curves({"one": training(), "two": training(4)})
    (train, validation, *second) = lines(figure, "loss")
    assert train == ([1, 2, 3, 4, 5, 6], pytest.approx(np.linspace(0.5, 0.1, 6)))
    assert validation[1] == pytest.approx(np.linspace(0.6, 0.2, 6))
    assert [len(x) for x, _ in second] == [4, 4]
    error, _ = lines(figure, "error on validation (%)")
    assert error[1] == pytest.approx(np.linspace(30, 10, 6))
    panel = figure.axes[0]
    circles = [np.asarray(found.get_offsets()).tolist() for found in panel.collections]
    assert circles == [[pytest.approx([4, 0.36])], [pytest.approx([3, 0.6 - 0.8 / 3])]]
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["one", "two", "on training faces", "rate dropped"]


def test_what_is_not_there_is_not_drawn() -> None:
    figure = draw_training_curves({"one": joined({"validation/loss": curve([0.3])}),
                                   "two": joined({})})  # fmt: skip
    assert [panel.get_ylabel() for panel in figure.axes if panel.axison] == ["loss"]
    assert "not trained here" in draw_training_curves({"one": joined({})}).texts[0].get_text()


def test_same_bytes_each_time() -> None:
    first, second = (png(draw_training_curves({"one": training()}), 40) for _ in range(2))
    assert first == second
