"""Stage train: train networks of one level, one for each seed; ``train.py LEVEL SEEDS``."""

from heed.pipeline.stage import run

import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from heed.base.arrays import StoredImages
from heed.base.files import write_csv, written_whole
from heed.base.settings import load
from heed.methods import paths
from heed.methods.networks import new_network, save_network
from heed.methods.run_settings import RunParams, load_run
from heed.methods.settings import load_seeds
from heed.methods.training_images import TrainingImages, chosen_rows, noisy_labels
from heed.training.checkpoints import EPOCHS, checkpoint_folder, keep_until_recorded
from heed.training.fingerprint import fingerprint
from heed.training.settings import LoaderParams
from heed.training.trainer import train


def main() -> None:
    """Write ``data/networks/LEVEL/SEEDS``, the weights by seed, and their curves."""
    level, entry = sys.argv[1:]
    settings, seeds = load_run(level), load_seeds()[entry]
    table, images = pd.read_parquet(paths.TABLE), StoredImages(paths.IMAGES)
    target, points = Path(paths.networks(level, entry)), []
    folders = []
    with written_whole(target) as weights:
        weights.mkdir()
        for seed in seeds:
            folder, of_seed = trained(level, settings, seed, table, images, weights, target)
            folders.append(folder)
            points += [{"seed": seed, "epoch": n, **point} for n, point in enumerate(of_seed, 1)]
    for folder in folders:
        keep_until_recorded(folder, target)
    curves = pd.DataFrame(points)
    write_csv(curves, paths.curves(level, entry))
    last = curves.groupby("seed").tail(1)["validation/error_rate"]
    print(f"train {level}: validation error {', '.join(f'{error:.1%}' for error in last)}")


def trained(
    level: str,
    settings: RunParams,
    seed: int,
    table: pd.DataFrame,
    images: StoredImages,
    weights: Path,
    target: Path,
) -> tuple[Path, list[dict[str, float]]]:
    """Train one network; returns the folder of its checkpoint, and its curves."""
    training = images_of(settings, seed, table, images, "train")
    validation = images_of(settings, seed, table, images, "validation")
    torch.manual_seed(seed)
    network = new_network(settings)
    parts = (settings, Path(paths.TABLE), f"{seed} {images.shape}".encode())
    folder = checkpoint_folder(f"{level}/{seed}", fingerprint(network, *parts), target)
    if settings.keep_every is not None:
        save_network(network, weights / str(seed) / "0.safetensors", settings)
    points = train(
        network,
        training,
        validation,
        loss=settings.loss,
        weighting=settings.weighting,
        settings=settings.training(seed),
        folder=folder,
        save=partial(save_network, run=settings, guard=False),
        title=f"train {level} {seed}",
        next_run="the next `dvc repro`",
        loader_workers=load(LoaderParams).workers,
    )
    save_network(network, weights / f"{seed}.safetensors", settings)
    if settings.keep_every is not None:
        shutil.copytree(folder / EPOCHS, weights / str(seed), dirs_exist_ok=True)
    return folder, points


def images_of(
    settings: RunParams, seed: int, table: pd.DataFrame, images: StoredImages, partition: str
) -> TrainingImages:
    """The images of a partition; those of training by the run's choice, labels and changes."""
    rows = np.flatnonzero((table["partition"] == partition).to_numpy())
    labels = table["label"].to_numpy(np.int8)[rows]
    if partition != "train":
        return TrainingImages(images, rows, labels)
    chosen = chosen_rows(labels, settings.positives, seed)
    noisy = noisy_labels(labels[chosen], settings.label_noise, seed)
    return TrainingImages(images, rows[chosen], noisy, settings.augmentation, seed)


if __name__ == "__main__":
    run(main)
