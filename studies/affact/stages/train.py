"""Stages ``train`` and ``extend``: train one network; ``train.py NAME``."""

from heed.pipeline.stage import run

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import torch

from heed.affact import paths
from heed.affact.augmentation import Augmentation
from heed.affact.partition_photographs import photographs
from heed.affact.settings import ExtensionParams, NetworkParams, load_networks
from heed.base.files import write_json, written_whole
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
from heed.networks.catalogue import build
from heed.networks.dropout import with_dropout
from heed.networks.network import Network
from heed.networks.start import start_from
from heed.networks.weights import load_pretrained, save_weights
from heed.training.best_epoch import judge_of
from heed.training.checkpoints import EPOCHS, checkpoint_folder, keep_until_recorded
from heed.training.fingerprint import fingerprint
from heed.training.settings import LoaderParams
from heed.training.trainer import train

FACES, CONTENTS = Path(paths.FACES), Path(paths.CONTENTS)


def main() -> None:
    """Write the weights, those of single epochs (``data/epochs/NAME``) and the curves."""
    name = sys.argv[1]
    entry, data, crop = load_networks()[name], load(DataParams), load(CropParams)
    settings, augmentation = entry.training, augmentation_of(name)
    faces = pd.read_parquet(FACES)
    training, validation = (
        photographs(faces, partition, data, crop, augmentation, seed=settings.seed)
        for partition in ("train", "validation")
    )
    torch.manual_seed(settings.seed)
    network = initial(entry)
    # Without the column that it stands beside, and the transforms, which are a part of their own.
    trained = entry.model_copy(update={"published": None, "augment": False})
    parts = (trained, crop, f"{data.root} {data.images}".encode(), augmentation or b"", FACES)
    weights = Path(paths.network(name))
    folder = checkpoint_folder(name, fingerprint(network, *parts, CONTENTS), weights)
    points = train(
        network,
        training,
        validation,
        loss=entry.loss,
        weighting=entry.weighting,
        settings=settings,
        folder=folder,
        attributes=ATTRIBUTES,
        save=partial(save_weights, guard=False),  # beside the checkpoint, which is replaced too
        title=f"train {name}",
        next_run="the next `dvc repro`",
        loader_workers=load(LoaderParams).workers,
        monitor_system=True,
    )
    with written_whole(paths.curves(name)) as curves:
        shutil.copytree(folder / "curves", curves)
    write_epochs(folder / EPOCHS, paths.epochs(name))
    # No output of the stage: how busy the machine was differs from run to run.
    with written_whole(paths.system(name), guard=False) as system:
        shutil.copytree(folder / "system", system)
    save_weights(network, weights)
    keep_until_recorded(folder, weights)
    judge = judge_of(settings.keep)
    least = min(
        range(len(points)), key=lambda epoch: points[epoch][judge]
    )  # of equal ones the first
    kept = len(points) - 1 if settings.keep == "last" else least
    print(
        f"train {name}: {len(points)} epochs on {len(training)} faces; kept: epoch {kept + 1}, "
        f"validation loss {points[kept]['validation/loss']:.4f}, error "
        f"{points[kept]['validation/error_rate']:.1%}"
    )


def write_epochs(kept: Path, target: str) -> None:
    """Copy the weights of single epochs, and list their numbers; there may be none."""
    with written_whole(target) as folder:
        folder.mkdir()
        files = sorted(kept.glob("*.safetensors"), key=lambda file: int(file.stem))
        for file in files:
            shutil.copyfile(file, folder / file.name)
        write_json({"epochs": [int(file.stem) for file in files]}, folder / "kept.json")


def augmentation_of(name: str) -> Augmentation | None:
    """The random transforms of a network, as the inventory has noted them; None for none."""
    note = json.loads(Path(paths.augmentation(name)).read_text())["augmentation"]
    return None if note is None else Augmentation.model_validate(note)


def initial(entry: NetworkParams) -> Network:
    """The network with the weights it starts from."""
    pretrained = load_pretrained(entry.pretrained, entry.network) if entry.pretrained else None
    network = build(entry.network, len(ATTRIBUTES), pretrained)
    if isinstance(entry, ExtensionParams):
        start_from(network, paths.network(entry.start), entry.new_layer)
        if entry.dropout > 0:
            network = with_dropout(network, entry.dropout)
    return network


if __name__ == "__main__":
    run(main)
