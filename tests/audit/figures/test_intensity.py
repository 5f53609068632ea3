import numpy as np
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.intensity import draw_intensity

ORDER = ["Wearing_Hat", "Smiling", "Bald"]
LABELS = {"correct": "correctly classified", "incorrect": "incorrectly classified"}


def dots_of(panel) -> dict[str, np.ndarray]:
    return {
        found.get_label(): np.asarray(found.get_offsets())
        for found in panel.collections
        if isinstance(found, PathCollection)
    }


def means(groups, model, group) -> np.ndarray:
    rows = groups.query(f"model == '{model}' and metric == 'intensity' and group == '{group}'")
    return rows.set_index("attribute").loc[ORDER, "mean"].to_numpy()


def test_dots_are_the_intensities_of_networks_and_of_groups(groups) -> None:
    figure = draw_intensity(groups, ORDER)
    titles = [panel.get_title() for panel in figure.axes]
    assert titles == ["all faces", "within balanced", "within unbalanced"]
    for model in ("balanced", "unbalanced"):
        found = dots_of(figure.axes[0])[model][:, 0]
        np.testing.assert_allclose(found, means(groups, model, "all"))
        panel = figure.axes[titles.index(f"within {model}")]
        for group, label in LABELS.items():
            np.testing.assert_allclose(dots_of(panel)[label][:, 0], means(groups, model, group))


def test_all_panels_reach_as_far(groups) -> None:
    end = 1.05 * groups.query(
        "metric == 'intensity' and group in ('all', 'correct', 'incorrect')"
    )["high"].max()  # fmt: skip
    for panel in draw_intensity(groups, ORDER).axes:
        assert panel.get_xlim() == (0, pytest.approx(end))


def test_one_network(groups) -> None:
    figure = draw_intensity(groups[groups["model"] == "balanced"], ORDER)
    assert [panel.get_title() for panel in figure.axes] == ["all faces", "within balanced"]
