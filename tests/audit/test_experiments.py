"""Experiments as a table for a terminal."""

import pandas as pd

from heed.audit.experiments import experiments_table

SHOWN = pd.DataFrame(
    {
        "Experiment": [None, None, "tidy-mouse"],
        "rev": ["workspace", "main", "abc1234"],
        "faces": [646, 646, 646],
        "a.error_rate": [0.13719, 0.13719, 0.2],
        "a.amr": [0.39134, 0.39134, None],
        "b.amr": [None, None, 0.5],
        "mask.version": ["2", "2", "3"],
        "score.threshold": [0.5, 0.5, 0.5],
        "data.landmark_size": [None, None, None],
        "data/cams": ["x", "x", "y"],
    }
)
PARAMETERS = {"data": {"landmark_size": None}, "mask": {"version": 2}, "score": {"threshold": 0.5}}


def test_scores_of_each_model_and_what_was_changed_are_shown() -> None:
    table = experiments_table(SHOWN, PARAMETERS)
    assert list(table) == ["experiment", "a ER", "a AMR", "b AMR", "mask.version"]
    assert table["experiment"].tolist() == ["workspace", "main", "tidy-mouse"]
    assert table["a ER"].tolist() == ["0.137", "0.137", "0.200"]
    assert table["a AMR"].tolist() == ["0.391", "0.391", "\N{EN DASH}"]
    assert table["mask.version"].tolist() == ["2", "2", "3"]


def test_two_models_fit_a_terminal_of_120_columns() -> None:
    names = ["balanced", "unbalanced"]
    shown = pd.DataFrame({"Experiment": [None, "clean-yegg"], "rev": ["main", "abc1234"]})
    for name in names:
        for metric in ("error_rate", "balanced_error_rate", "amr"):
            shown[f"{name}.{metric}"] = [0.1, 0.2]
    shown["mask.version"] = [2, 3]
    lines = experiments_table(shown, PARAMETERS).to_string(index=False).splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 120
