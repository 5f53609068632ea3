"""The curves of a run of the study of attention, while it trains and afterwards."""

from pathlib import Path
from typing import Final

import pandas as pd

from heed.attention import paths

COLUMNS: Final = ["seed", "epoch", "part", "quantity", "value"]


def curves_of_run(study: Path, run: str | None, since: float) -> pd.DataFrame:
    """What DVCLive has written of a run's trainings, or, once all are done, the stage.

    Args:
        study: its folder.
        run: the entry of ``runs``; None for none.
        since: seconds since 1970; what was written before is of another run.

    Returns:
        :data:`COLUMNS`: int64, int64, text, text, float64, a row for each point; none where nothing
        is written yet. A file that is just being written, or damaged, is left out.
    """
    from heed.training.checkpoints import ROOT  # here: it imports torch, which takes seconds

    rows = []
    if run is not None:
        rows = _stored(study / paths.curves(run), since) or _live(study / ROOT / run, since)
    table = pd.DataFrame(rows, columns=COLUMNS)
    kinds = {"seed": "int64", "epoch": "int64", "value": "float64"}
    return table.astype(kinds).sort_values(COLUMNS[:4], ignore_index=True)


Row = tuple[int, int, str, str, float]


def _stored(path: Path, since: float) -> list[Row]:
    """The table that the stage ``tune`` writes at its end."""
    try:
        if path.stat().st_mtime < since:
            return []
        table = pd.read_csv(path).melt(["seed", "epoch"]).dropna()
        parts = table["variable"].str.split("/", n=1, expand=True)
        columns = (table["seed"], table["epoch"], parts[0], parts[1], table["value"])
        return list(zip(*columns, strict=True))
    except (OSError, ValueError, KeyError):
        return []


def _live(folder: Path, since: float) -> list[Row]:
    """The points of DVCLive, beside the checkpoint of each seed's training."""
    rows = []
    for path in folder.glob("*/*/curves/plots/metrics/*/*.tsv"):
        seed, part, quantity = path.parts[-7], path.parts[-2], path.stem
        try:
            if path.stat().st_mtime >= since and seed.isdecimal():
                points = pd.read_csv(path, sep="\t").iloc[:, :2].dropna()
                rows += [
                    (int(seed), int(step), part, quantity, float(value))
                    for step, value in points.itertuples(index=False)
                ]
        except (OSError, ValueError):
            continue
    return rows
