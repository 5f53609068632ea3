import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from heed.affact.figures.training_curves import draw_training_curves, drops
from heed.figures.theme import png


def training(epochs: int = 6) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "train/loss": np.linspace(0.5, 0.1, epochs),
            "validation/loss": np.linspace(0.6, 0.2, epochs),
            "validation/error_rate": np.linspace(0.3, 0.1, epochs),
            "learning_rate": [1e-3] * (epochs // 2) + [1e-4] * (epochs - epochs // 2),
        },
        index=pd.RangeIndex(1, epochs + 1, name="epoch"),
    )


def lines(figure: Figure, label: str) -> list[tuple[list[float], list[float]]]:
    (panel,) = [panel for panel in figure.axes if panel.get_ylabel() == label]
    return [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in panel.lines]


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
    once = training(1)[["validation/loss"]]
    figure = draw_training_curves({"one": once, "two": pd.DataFrame()})
    assert [panel.get_ylabel() for panel in figure.axes if panel.axison] == ["loss"]
    assert "not trained here" in draw_training_curves({"one": pd.DataFrame()}).texts[0].get_text()


def test_same_bytes_each_time() -> None:
    first, second = (png(draw_training_curves({"one": training()}), 40) for _ in range(2))
    assert first == second
