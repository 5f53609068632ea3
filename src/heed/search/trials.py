"""The result of a search: a table of its trials, and the best of them."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from optuna.trial import FrozenTrial

from heed.base.errors import InputError
from heed.search.space import PARAMETERS, Choice, Value
from heed.search.study import number_of, state_of

COLUMNS: Final = ("number", "state", "error", "epochs_run", *PARAMETERS)
"""Columns of the table."""

_WHOLE = ("batch_size", "epochs")


def trials_table(trials: Sequence[FrozenTrial]) -> pd.DataFrame:
    """Tabulate finished trials. No times: the same search gives the same table.

    Args:
        trials: finished ones, in their order.

    Returns:
        Columns :data:`COLUMNS`, a row per trial. ``state``: complete, pruned, diverged or
        out_of_memory; ``error``: on the validation faces, 0..1, of pruned trials that of their
        last epoch, NaN where training failed; ``epochs_run``: epochs that were judged; then
        the choice, with a missing value for what did not apply.
    """
    rows = []
    for trial in trials:
        state = state_of(trial)
        rows.append(
            {
                "number": number_of(trial),
                "state": state,
                "error": trial.value if state in ("complete", "pruned") else None,
                "epochs_run": len(trial.intermediate_values),
                **trial.params,
            }
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = ("error", "learning_rate", "momentum", "plateau_factor")
    return table.astype(dict.fromkeys(numbers, np.float64) | dict.fromkeys(_WHOLE, np.int64))


def best_number(table: pd.DataFrame) -> int:
    """Number of the complete trial with the lowest error; of equal ones, the first.

    Raises:
        ValueError: when no trial is complete.
    """
    complete = table[table["state"] == "complete"]
    if complete.empty:
        raise InputError(
            f"none of {len(table)} trials came to an end: see the column state; lower "
            "search.space.learning_rate.high, or set search.pruner to none"
        )
    return int(complete.sort_values(["error", "number"])["number"].iloc[0])


def choice_in(table: pd.DataFrame, number: int) -> Choice:
    """The choice of one trial, as the table has it.

    Args:
        table: as :func:`trials_table` makes it, or as it is read back.
        number: of the trial.
    """
    row = table.set_index("number").loc[number, list(PARAMETERS)].dropna()
    return {name: _value(name, row[name]) for name in row.index}


def _value(name: str, value: Any) -> Value:
    """As Python's own type, which YAML knows."""
    if name in _WHOLE:
        return int(value)
    return value if isinstance(value, str) else float(value)
