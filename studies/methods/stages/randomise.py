"""Stage randomise: do maps change while networks forget? ``randomise.py LEVEL``."""

from heed.pipeline.stage import run

import sys

import pandas as pd
from tqdm import tqdm

from heed.base.arrays import StoredImages
from heed.base.files import write_table
from heed.base.settings import load
from heed.methods import paths
from heed.methods.networks import load_saved
from heed.methods.randomisation import likeness_table
from heed.methods.scoring import scored_rows
from heed.methods.settings import RandomisationParams, ScoreParams, load_seeds
from heed.methods.tested_images import ImagesOfTest, trained_networks

SPACING = 1000
"""Between the seeds of two draws: within one, each layer takes the next."""


def main() -> None:
    """Write ``data/randomised.parquet``."""
    level, score, params = sys.argv[1], load(ScoreParams), load(RandomisationParams)
    shown = ImagesOfTest(StoredImages(paths.IMAGES), pd.read_parquet(paths.TABLE))
    rows = scored_rows(shown.table, params.images)
    names, images = list(shown.table["image"].iloc[rows]), shown[rows]
    trained, tables = trained_networks(level, load_seeds()), []
    for place, (seed, file) in enumerate(tqdm(trained, unit="network", desc="randomise")):
        network = load_saved(file)
        first = place * params.draws
        seeds = [params.seed + SPACING * (first + draw) for draw in range(params.draws)]
        found = likeness_table(network, images, names, score, seeds)
        tables.append(found.assign(seed=seed))
    write_table(pd.concat(tables, ignore_index=True), paths.RANDOMISED)
    print(f"randomise: {len(tables)} networks of {level}, {params.draws} draws for each")


if __name__ == "__main__":
    run(main)
