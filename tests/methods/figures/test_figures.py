"""The study's figures show what their tables have."""

import numpy as np
import pandas as pd
import pytest

from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import png
from heed.methods.figures.accuracy_and_scores import draw_accuracy_and_scores
from heed.methods.figures.along_training import draw_along_training
from heed.methods.figures.average_ranks import draw_average_ranks
from heed.methods.figures.catalogue import FIGURES
from heed.methods.figures.factor_effects import draw_factor_effects
from heed.methods.figures.metric_agreement import draw_metric_agreement
from heed.methods.figures.randomisation import draw_randomisation
from heed.methods.figures.scores_by_method import draw_scores_by_method

LABELS = {"iou": "IoU", "pe": "PE", "accuracy": "Accuracy"}


def test_every_figure_registers_itself() -> None:
    names = {entry.name for entry in FIGURES.entries("numbers")}
    assert names == {
        "scores_by_method", "average_ranks", "metric_agreement", "factor_effects",
        "along_training", "accuracy_and_scores", "randomisation",
    }  # fmt: skip


def lines_of(figure, label: str) -> np.ndarray:
    (panel,) = [panel for panel in figure.axes if panel.get_title() == label]
    dots = [line for line in panel.lines if line.get_marker() == "o"]
    return np.concatenate([line.get_xdata() for line in dots])


def test_scores_are_dots_and_a_missing_one_leaves_its_row_empty() -> None:
    methods = pd.DataFrame(
        {
            "metric": ["iou"] * 3 + ["pe"] * 3,
            "method": ["gradcam", "mask", "random"] * 2,
            "value": [0.4, 1.0, 0.1, 0.5, 1.0, np.nan],
            "value_low": [0.3, 1.0, 0.0, 0.4, 1.0, np.nan],
            "value_high": [0.5, 1.0, 0.2, 0.6, 1.0, np.nan],
        }
    )
    figure = draw_scores_by_method(methods, LABELS, ["mask", "random"])
    assert lines_of(figure, "IoU").tolist() == [0.4, 1.0, 0.1]
    assert lines_of(figure, "PE").tolist() == [0.5, 1.0]
    assert png(figure, 50) == png(figure, 50)


def test_ranks_are_dots_over_the_critical_difference() -> None:
    ranks = pd.DataFrame(
        {
            "metric": "iou", "method": ["gradcam", "layercam", "scorecam"],
            "rank": [1.2, 1.9, 2.9], "critical_difference": 0.5,
        }
    )  # fmt: skip
    figure = draw_average_ranks(ranks, LABELS)
    assert lines_of(figure, "IoU").tolist() == [1.2, 1.9, 2.9]


def test_agreement_is_a_square_of_numbers() -> None:
    agreement = pd.DataFrame(
        {
            "metric": ["iou", "iou", "pe", "pe"], "other": ["iou", "pe", "iou", "pe"],
            "tau": [1.0, -0.5, -0.5, np.nan],
        }
    )  # fmt: skip
    figure = draw_metric_agreement(agreement, LABELS)
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["-0.50", "-0.50", "1.00"]


def test_effects_are_dots_with_their_levels_as_rows() -> None:
    factors = pd.DataFrame(
        {
            "factor": ["depth", "dropout"], "level": ["deep", "drop"], "value": ["3", "0.5"],
            "outcome": "iou", "difference": [0.1, -0.2], "difference_low": [0.0, -0.3],
            "difference_high": [0.2, -0.1],
        }
    )  # fmt: skip
    figure = draw_factor_effects(factors, LABELS)
    assert lines_of(figure, "IoU").tolist() == [0.1, -0.2]
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["depth: 3", "dropout: 0.5"]


def test_curves_go_from_epoch_to_epoch() -> None:
    progress = pd.DataFrame(
        {
            "epoch": [0, 1, 2], "outcome": "iou", "value": [0.1, 0.3, 0.4],
            "value_low": [0.0, 0.2, 0.3], "value_high": [0.2, 0.4, 0.5],
        }
    )  # fmt: skip
    figure = draw_along_training(progress, LABELS)
    assert figure.axes[0].lines[0].get_ydata().tolist() == [0.1, 0.3, 0.4]
    assert len(drawn_numbers(figure))


def test_runs_are_dots_of_their_factor() -> None:
    runs = pd.DataFrame(
        {
            "run": ["r/0", "r/1", "s/0"], "factor": ["a", "a", "b"], "accuracy": [0.8, 0.9, 0.7],
            "iou": [0.3, 0.4, 0.2], "pe": 0.5,
        }
    )  # fmt: skip
    figure = draw_accuracy_and_scores(runs, LABELS)
    assert lines_of(figure, "IoU") == pytest.approx([80, 90, 70])
    assert {panel.get_title() for panel in figure.axes} == {"IoU", "PE"}


def test_likeness_is_a_line_for_each_method_from_the_trained_network_down() -> None:
    randomisation = pd.DataFrame(
        {
            "step": [1, 2, 3] * 6, "block": ["output", "stage", "stem"] * 6,
            "decides": [False, True, False] * 6, "method": (["gradcam"] * 3 + ["edges"] * 3) * 3,
            "measure": ["rank"] * 6 + ["absolute"] * 6 + ["ssim"] * 6,
            "likeness": [0.4, 0.2, 0.0, 1, 1, 1] * 3, "others": ([0.3] * 3 + [0.5] * 3) * 3,
        }
    )  # fmt: skip
    figure = draw_randomisation(randomisation.iloc[:6], ["edges"])
    panel = figure.axes[0]
    lines = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in panel.lines}
    assert lines["Grad-CAM"] == [1.0, 0.4, 0.2, 0.0]
    assert lines["edges"] == [1.0, 1.0, 1.0, 1.0]
    hollow = [line for line in panel.lines if line.get_markerfacecolor() == "none"]
    assert [line.get_ydata().tolist() for line in hollow] == [[0.3], [0.5]]
    places = [text.get_text() for text in panel.get_xticklabels()]
    assert places == ["trained", "output", "stage", "stem", "other images"]
    assert [panel.get_title() for panel in figure.axes] == ["rank correlation"]
    assert len(draw_randomisation(randomisation, []).axes) == 3


def test_a_study_of_one_level_and_two_methods_has_empty_figures() -> None:
    """Nothing to compare with: no factor, and too few methods for ranks."""
    factors = pd.DataFrame(
        columns=["factor", "level", "value", "outcome", "difference", "difference_low",
                 "difference_high"]
    )  # fmt: skip
    ranks = pd.DataFrame(columns=["metric", "method", "rank", "critical_difference"])
    progress = pd.DataFrame(columns=["epoch", "outcome", "value", "value_low", "value_high"])
    for figure in (
        draw_factor_effects(factors, LABELS),
        draw_average_ranks(ranks, LABELS),
        draw_along_training(progress, LABELS),
    ):
        assert len(png(figure, 50)) > 100
        assert drawn_numbers(figure).empty
