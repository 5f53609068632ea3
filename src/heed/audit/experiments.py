"""DVC's experiments in a table that a terminal holds: the models' scores, and what was changed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

SCORES: Final = {
    "error_rate": "ER",
    "balanced_error_rate": "BER",
    "amr": "AMR",
}
"""Which of a model's metrics are shown, and their headings."""


def experiments_table(shown: pd.DataFrame, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """A row per commit and experiment.

    Args:
        shown: what ``dvc exp show --csv`` prints: ``Experiment`` (a name, or nothing for a
            commit), ``rev``, ``<model>.<metric>``, and a column per parameter.
        parameters: by name, those of params.yaml now, to know them among the other columns.

    Returns:
        ``experiment``; per model ``<name> ER``, ``BER`` and ``AMR``, three decimals, a dash where
        the experiment has none; and every parameter that is not the same in all rows.
    """
    name = shown["Experiment"].fillna(shown["rev"]).astype(str)
    columns: dict[str, Any] = {"experiment": name}
    for model in _models(shown):
        for metric, heading in SCORES.items():
            column = f"{model}.{metric}"
            if column in shown:
                values = pd.to_numeric(shown[column], errors="coerce")
                columns[f"{model} {heading}"] = [
                    "\N{EN DASH}" if pd.isna(value) else f"{value:.3f}" for value in values
                ]
    known = set(_dotted(parameters))
    for column in shown.columns:
        values = shown[column].map(lambda value: "null" if pd.isna(value) else str(value))
        if column in known and (values != values.iloc[:1].squeeze()).any():
            columns[column] = values
    return pd.DataFrame(columns)


def _models(shown: pd.DataFrame) -> list[str]:
    """The models in the columns, in their order."""
    parts = [str(column).rpartition(".") for column in shown.columns]
    return list(dict.fromkeys(model for model, _, metric in parts if model and metric in SCORES))


def _dotted(parameters: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"
