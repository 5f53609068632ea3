"""Stage train: make a network, once for each seed; ``train.py NETWORK``."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

import pandas as pd

from heed.base.files import write_csv, write_table, written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.probing import paths
from heed.probing.run_settings import (
    AttributeTrainingParams,
    PersonsParams,
    SeedsParams,
    TrainingParams,
    load_network_params,
)
from heed.probing.training import Maker
from heed.training.checkpoints import keep_until_recorded
from heed.training.settings import LoaderParams


def main() -> None:
    """Write ``data/networks/NETWORK``, its curves, and how well it recognises persons."""
    name = sys.argv[1]
    entry, seeds = load_network_params(name), load(SeedsParams).numbers
    maker = Maker(
        load(DataParams),
        load(PersonsParams),
        load(TrainingParams),
        load(AttributeTrainingParams),
        load(LoaderParams).workers,
    )
    target = Path(paths.networks(name))
    points, recognised, folders = [], [], []
    with written_whole(target) as weights:
        weights.mkdir()
        for seed in seeds:
            made = maker.make(name, entry, seed, weights / f"{seed}.safetensors", target)
            points += [{"seed": seed, "epoch": n, **p} for n, p in enumerate(made.curves, 1)]
            recognised.append({"network": name, "seed": seed, **made.recognised})
            folders += [made.folder] if made.folder else []
    for folder in folders:
        keep_until_recorded(folder, target)
    write_csv(
        pd.DataFrame(points, columns=None if points else ["seed", "epoch"]), paths.curves(name)
    )
    table = pd.DataFrame(recognised)
    write_table(table, paths.recognition(name))
    words = ", ".join(
        ("" if pd.isna(row.identification) else f"{row.identification:.1%} identified, ")
        + f"{row.verification:.1%} verified"
        for row in table.itertuples()
    )
    print(f"train {name}: {words} ({maker.persons.division.summary()})")


if __name__ == "__main__":
    run(main)
