import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from heed.affact.figures.parallel_coordinates import axes_of, draw_parallel_coordinates
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, png
from heed.search.space import Space

NAN = float("nan")

SPACE = Space.model_validate(
    {
        "network": {"nano": None},
        "batch_size": [8, 16],
        "optimizer": ["sgd", "adam"],
        "learning_rate": {"low": 1e-4, "high": 1.0},
        "momentum": {"low": 0.0, "high": 0.8},
        "schedule": ["plateau"],
        "plateau_factor": {"low": 0.1, "high": 0.5},
        "epochs": {"low": 3, "high": 3},
    }
)

TRIALS = pd.DataFrame(
    [
        (0, "complete", 0.2, 3, "nano", 8, "sgd", 1e-2, 0.4, "plateau", 0.1, 3),
        (1, "complete", 0.1, 3, "nano", 16, "adam", 1e-4, NAN, "plateau", 0.5, 3),
        (2, "pruned", 0.4, 1, "nano", 16, "sgd", 1e-3, 0.8, "plateau", 0.3, 3),
        (3, "diverged", NAN, 0, "nano", 16, "sgd", 1.0, 0.0, "plateau", 0.3, 3),
    ],
    columns=[
        "number", "state", "error", "epochs_run", "network", "batch_size", "optimizer",
        "learning_rate", "momentum", "schedule", "plateau_factor", "epochs",
    ],
)  # fmt: skip

COLUMNS = ["batch_size", "optimizer", "learning_rate", "momentum", "plateau_factor", "error"]


def lines_of(figure) -> list:
    """The lines of the trials, the worst first."""
    (panel,) = figure.axes
    long = [line for line in panel.lines if len(line.get_xdata()) == len(COLUMNS)]
    return [line for line in long if line.get_marker() == "None"]


def test_a_line_goes_through_the_values_of_its_trial() -> None:
    diverged, pruned, default, best = lines_of(draw_parallel_coordinates(TRIALS, SPACE))
    heights = {name: default.get_ydata()[place] for place, name in enumerate(COLUMNS)}
    assert heights["batch_size"] == 0.25
    assert heights["learning_rate"] == pytest.approx(0.5)  # half-way in its logarithm
    assert heights["momentum"] == pytest.approx(0.5)
    assert heights["plateau_factor"] == pytest.approx(0)
    assert best.get_ydata()[2] == pytest.approx(0)
    assert best.get_ydata()[3] < 0  # Adam has no momentum: below the axis
    assert pruned.get_ydata()[3] == pytest.approx(1)
    assert diverged.get_ydata()[3] == pytest.approx(0)  # a momentum of 0 is one
    assert diverged.get_ydata()[-1] > 1
    # From the lowest error to the highest of a complete trial, and 2 % on both sides.
    errors = [line.get_ydata()[-1] for line in (best, default)]
    np.testing.assert_allclose(errors, [0.02 / 1.04, 1.02 / 1.04])
    assert pruned.get_ydata()[-1] == diverged.get_ydata()[-1]


def test_trials_with_the_same_choice_stay_apart_and_in_its_room() -> None:
    lines = lines_of(draw_parallel_coordinates(TRIALS, SPACE))
    sizes = [line.get_ydata()[0] for line in lines]
    assert len(set(sizes)) == 4
    assert sorted(size > 0.5 for size in sizes) == [False, True, True, True]


def test_colours_follow_the_error_and_the_best_stands_out() -> None:
    diverged, pruned, default, best = lines_of(draw_parallel_coordinates(TRIALS, SPACE))
    darkness = [sum(line.get_color()[:3]) for line in (best, default, pruned)]
    assert darkness == sorted(darkness)
    assert darkness[0] < darkness[1]
    red, green, blue = (int(to_hex(diverged.get_color())[k : k + 2], 16) for k in (1, 3, 5))
    assert red == green == blue
    widths = [line.get_linewidth() for line in (pruned, default, best)]
    assert widths == sorted(set(widths))
    assert best.get_path_effects()
    assert not default.get_path_effects()


def texts(figure) -> list[str]:
    (panel,) = figure.axes
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    return [text.get_text() for text in panel.texts] + legend


def test_the_legend_and_the_axes_say_what_is_shown() -> None:
    said = texts(draw_parallel_coordinates(TRIALS, SPACE))
    for text in ("best: trial 1", "default", "complete (2)", "pruned (1)", "diverged (1)"):
        assert text in said
    for text in ("optimiser", "adam", "1e-4", "0.01", "not used", "higher,\nfailed"):
        assert text in said
    assert "network" not in said  # there is no choice
    assert "epochs" not in said


def test_what_does_not_occur_is_not_explained() -> None:
    said = texts(draw_parallel_coordinates(TRIALS.iloc[[0]], SPACE))
    assert not {"not used", "failed", "pruned (0)"} & set(said)
    assert "best: trial 0" in said


def test_without_a_complete_trial_there_is_no_best() -> None:
    failed = TRIALS[TRIALS["state"] == "diverged"]
    said = texts(draw_parallel_coordinates(failed, SPACE))
    assert not [text for text in said if text.startswith("best")]


def test_axes_are_what_can_be_chosen_and_applies() -> None:
    assert list(axes_of(SPACE)) == COLUMNS[:-1]
    values = SPACE.model_dump() | {"optimizer": ["adam", "adamw"], "schedule": ["constant"]}
    assert list(axes_of(Space.model_validate(values))) == [
        "batch_size",
        "optimizer",
        "learning_rate",
    ]


def test_a_value_outside_the_choices_is_refused() -> None:
    trials = TRIALS.assign(optimizer="lion")
    with pytest.raises(ValueError, match="optimiser: found 'lion'; expected sgd, adam"):
        draw_parallel_coordinates(trials, SPACE)


def test_no_text_is_small_or_outside_and_the_bytes_repeat() -> None:
    figure = draw_parallel_coordinates(TRIALS, SPACE)
    assert figure.get_figwidth() == TEXT_WIDTH
    figure.draw_without_rendering()
    (panel,) = figure.axes
    for text in [*panel.texts, *figure.legends[0].get_texts()]:
        box = text.get_window_extent()
        assert text.get_fontsize() >= SMALLEST_FONT
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y0 >= 0
    assert len({png(draw_parallel_coordinates(TRIALS, SPACE), 80) for _ in range(2)}) == 1


def test_a_search_without_trials_is_a_note() -> None:
    assert draw_parallel_coordinates(TRIALS.iloc[:0], SPACE).texts
