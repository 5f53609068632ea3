"""Trains one model, or takes over the weights that it names: ``train.py MODEL``."""

from heed.pipeline.stage import run

import shutil
import sys
from pathlib import Path

import pandas as pd
import torch

from heed.audit import paths
from heed.audit.models import load_model
from heed.audit.training import TrainParams, audit_settings
from heed.base.arrays import StoredImages
from heed.base.files import write_json, written_whole
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.networks.catalogue import build
from heed.networks.named_weights import load_given
from heed.networks.weights import load_pretrained, save_weights
from heed.training.checkpoints import checkpoint_folder, keep_until_recorded
from heed.training.crops import LabelledCrops
from heed.training.fingerprint import fingerprint
from heed.training.trainer import one_class_attributes, train


def main() -> None:
    """Write ``data/networks/MODEL.safetensors`` and the DVCLive folder ``plots/training/MODEL``."""
    name = sys.argv[1]
    model, settings = load_model(name), load(TrainParams)
    weights, curves = Path(paths.network(name)), Path(paths.curves(name))
    if not model.trained:
        key = f"models.{name}.weights"
        network = load_given(model.weights, key, model.network, len(ATTRIBUTES))
        save_weights(network, weights)
        with written_whole(curves) as partial:
            write_json({"trained": False}, partial / "metrics.json")
        print(f"train {name}: took over {model.weights}")
        return

    assert model.loss is not None  # only a model with given weights may lack them
    assert model.weighting is not None
    training, validation = labelled_crops("train"), labelled_crops("validation")
    for attribute in one_class_attributes(training.labels):
        print(
            f"train {name}: warning: {ATTRIBUTES[attribute]} has one class only among the "
            f"{len(training)} training images: it can be neither learnt nor balanced",
            file=sys.stderr,
        )
    torch.manual_seed(settings.seed)
    pretrained = load_pretrained(model.pretrained, model.network) if model.pretrained else None
    network = build(model.network, len(ATTRIBUTES), pretrained)
    data = [Path(paths.FACES)]
    for partition in ("train", "validation"):
        data += [Path(paths.crops(partition)), Path(paths.crop_transforms(partition))]
    folder = checkpoint_folder(name, fingerprint(network, model, settings, *data), weights)
    points = train(
        network,
        training,
        validation,
        loss=model.loss,
        weighting=model.weighting,
        settings=audit_settings(settings),
        folder=folder,
        title=f"train {name}",
        next_run="the next `dvc repro`",
    )
    with written_whole(curves) as partial:
        shutil.copytree(folder / "curves", partial)
    save_weights(network, weights)
    keep_until_recorded(folder, weights)
    print(
        f"train {name}: {len(points)} epochs on {len(training)} faces; validation error "
        f"{points[-1]['validation/error_rate']:.1%}, "
        f"balanced {points[-1]['validation/balanced_error_rate']:.1%}"
    )


def labelled_crops(partition: str) -> LabelledCrops:
    """Open the crops of a partition; their images are read while training."""
    names = pd.read_parquet(paths.crop_transforms(partition), columns=["image"])["image"]
    faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
    images = StoredImages(paths.crops(partition))
    return LabelledCrops(images, labels_of(names, faces, paths.FACES))


if __name__ == "__main__":
    run(main)
