"""Stage crop: the middle of every face whose attributes are read, as networks are shown it."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd
from tqdm import tqdm

from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.probing import paths
from heed.probing.faces import write_squares
from heed.probing.run_settings import TrainingParams


def main() -> None:
    """Write ``data/faces.npy``."""
    data, training = load(DataParams), load(TrainingParams)
    table = pd.read_parquet(paths.FACES, columns=["path"])
    files = [Path(data.folder, path) for path in table["path"]]
    with tqdm(total=len(files), unit="face", desc="crop") as progress:
        write_squares(files, training.side, training.crop, paths.IMAGES, progress.update)
    print(f"crop: {len(files)} faces of {training.crop} pixels")


if __name__ == "__main__":
    run(main)
