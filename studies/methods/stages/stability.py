"""Stage stability: how far one level's maps move under small noise; ``stability.py LEVEL``."""

from heed.pipeline.stage import run

import sys

import pandas as pd
from tqdm import tqdm

from heed.base.arrays import StoredImages
from heed.base.files import write_table
from heed.base.settings import load
from heed.methods import paths
from heed.methods.networks import load_saved
from heed.methods.scoring import scored_rows
from heed.methods.settings import ScoreParams, StabilityParams, load_seeds
from heed.methods.stability import noise_table
from heed.methods.tested_images import ImagesOfTest, trained_networks


def main() -> None:
    """Write ``data/stability.parquet``."""
    level, score, params = sys.argv[1], load(ScoreParams), load(StabilityParams)
    shown = ImagesOfTest(StoredImages(paths.IMAGES), pd.read_parquet(paths.TABLE))
    rows = scored_rows(shown.table, params.images)
    names, images = list(shown.table["image"].iloc[rows]), shown[rows]
    trained, tables = trained_networks(level, load_seeds()), []
    for seed, file in tqdm(trained, unit="network", desc="stability"):
        network = load_saved(file)
        tables.append(noise_table(network, images, names, score, params).assign(seed=seed))
    write_table(pd.concat(tables, ignore_index=True), paths.STABILITY)
    print(f"stability: {len(tables)} networks of {level}, {params.draws} draws of noise")


if __name__ == "__main__":
    run(main)
