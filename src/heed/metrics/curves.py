"""The curves of trainings, as DVCLive writes them, as tables."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from heed.base.errors import HeedError


class CurvesError(HeedError, ValueError):
    """The curves of a training are damaged; the message names the file."""


def read_curves(folder: str | os.PathLike[str]) -> pd.DataFrame:
    """The curves of one training.

    Args:
        folder: what DVCLive wrote: ``plots/metrics/**/*.tsv`` in it, each with the columns
            ``step`` (the epoch, from 1) and one more. There are none where nothing was trained.

    Returns:
        One column per curve, named by its file (``train/loss``), and the index ``epoch``; NaN
        where a curve has no value.

    Raises:
        CurvesError: a file has other columns, or an epoch twice.
    """
    place = Path(folder, "plots/metrics")
    columns = {}
    for file in sorted(place.rglob("*.tsv")):
        curve = pd.read_csv(file, sep="\t")
        if list(curve.columns[:1]) != ["step"] or len(curve.columns) != 2:
            raise CurvesError(
                f"{file}: found the columns {', '.join(map(str, curve.columns))}; expected step "
                "and one more"
            )
        if curve["step"].duplicated().any():
            twice = curve.loc[curve["step"].duplicated(), "step"].iloc[0]
            raise CurvesError(f"{file}: epoch {twice} is there twice; train again")
        name = file.relative_to(place).with_suffix("").as_posix()
        columns[name] = curve.set_index("step").iloc[:, 0].astype(float)
    return pd.DataFrame(columns).sort_index().rename_axis("epoch")


def curves_table(trainings: Mapping[tuple[str, int], pd.DataFrame]) -> pd.DataFrame:
    """The curves of several trainings in one table, a row per training and epoch.

    Args:
        trainings: by model and number of the replicate, each as :func:`read_curves` returns it;
            those without epochs are left out.

    Returns:
        Columns ``model``, ``replicate``, ``epoch`` and every curve (``train_loss`` for
        ``train/loss``), NaN where a training has it not.

    Example:
        >>> curve = pd.DataFrame({"train/loss": [0.5, 0.25]}, index=[1, 2]).rename_axis("epoch")
        >>> print(curves_table({("small", 1): curve}).to_string(index=False))
        model  replicate  epoch  train_loss
        small          1      1        0.50
        small          1      2        0.25
    """
    parts = [
        curves.reset_index().assign(model=model, replicate=replicate)
        for (model, replicate), curves in trainings.items()
        if len(curves)
    ]
    first = ["model", "replicate", "epoch"]
    if not parts:
        return pd.DataFrame({name: np.empty(0, np.int64) for name in first})
    table = pd.concat(parts, ignore_index=True)
    table = table.rename(columns=lambda name: str(name).replace("/", "_"))
    return table[[*first, *sorted(set(table.columns) - set(first))]]
