"""Trains the replicates of one model, or takes over the weights it names: ``train.py MODEL``."""

from heed.pipeline.stage import run

import shutil
import sys
from pathlib import Path

import pandas as pd
import torch

from heed.audit import paths
from heed.audit.models import ModelParams, load_model
from heed.audit.networks import to_train, with_given_weights
from heed.audit.training import audit_settings
from heed.audit.training_settings import TrainParams
from heed.base.arrays import StoredImages
from heed.base.files import write_json, written_whole
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.networks.head_start import start_head, start_other_head
from heed.networks.network import Network
from heed.networks.other import OtherNetwork
from heed.networks.weights import save_weights
from heed.training.checkpoints import checkpoint_folder, keep_until_recorded
from heed.training.crops import LabelledCrops
from heed.training.fingerprint import digest, fingerprint
from heed.training.prior import prior_logits
from heed.training.trainer import one_class_attributes, train


def main() -> None:
    """Write the folders ``data/networks/MODEL`` and ``plots/training/MODEL`` (by DVCLive)."""
    name = sys.argv[1]
    model = load_model(name)
    with (
        written_whole(paths.networks(name)) as networks,
        written_whole(paths.curves(name)) as curves,
    ):
        networks.mkdir()
        curves.mkdir()
        if not model.trained:
            take_over(name, model, networks, curves)
            return
        folders = train_all(name, model, networks, curves)
    for folder in folders:
        keep_until_recorded(folder, Path(paths.networks(name)))


def take_over(name: str, model: ModelParams, networks: Path, curves: Path) -> None:
    """Write the given weights as those of the only replicate."""
    network = with_given_weights(model, f"models.{name}")
    save_weights(network, networks / "1.safetensors")
    write_json({"trained": False}, curves / "1/metrics.json")
    given = model.file or f"the weights that {model.network} gives its network"
    print(f"train {name}: took over {given}")


def train_all(name: str, model: ModelParams, networks: Path, curves: Path) -> list[Path]:
    """Write weights and curves of every replicate; returns the folders of the checkpoints."""
    settings = load(TrainParams).of_model(model.train)
    training, validation = labelled_crops("train"), labelled_crops("validation")
    for attribute in one_class_attributes(training.labels):
        print(
            f"train {name}: warning: {ATTRIBUTES[attribute]} has one class only among the "
            f"{len(training)} training images: it can be neither learnt nor balanced",
            file=sys.stderr,
        )
    files = [Path(paths.FACES)]
    for partition in ("train", "validation"):
        files += [Path(paths.crops(partition)), Path(paths.crop_transforms(partition))]
    data = digest(*files).encode()  # once: reading all crops takes minutes on all of CelebA
    folders = []
    for number in range(1, model.replicates + 1):
        of_replicate = settings.model_copy(update={"seed": settings.seed + number - 1})
        title = f"train {name}" if model.replicates == 1 else f"train {name} {number}"
        network, folder, points = train_one(
            model, of_replicate, training, validation, data, f"{name}/{number}", title
        )
        shutil.copytree(folder / "curves", curves / str(number))
        save_weights(network, networks / f"{number}.safetensors")
        folders.append(folder)
        print(
            f"{title}: {len(points)} epochs on {len(training)} faces; validation error "
            f"{points[-1]['validation/error_rate']:.1%}, "
            f"balanced {points[-1]['validation/balanced_error_rate']:.1%}"
        )
    return folders


def train_one(
    model: ModelParams,
    settings: TrainParams,
    training: LabelledCrops,
    validation: LabelledCrops,
    data: bytes,
    place: str,
    title: str,
) -> tuple[Network | OtherNetwork, Path, list[dict[str, float]]]:
    """Train one replicate; returns it, the folder of its checkpoint and its curves.

    ``data`` identifies what is trained on, and ``place`` is the name with the replicate's number.
    """
    assert model.loss is not None  # only a model with given weights may lack them
    assert model.weighting is not None
    prior = None
    if settings.head_start == "prior":
        prior = torch.from_numpy(prior_logits(training.labels, model.loss, model.weighting))
    network = initial(model, settings.seed, prior, training, title)
    # The other replicates are no part of its training, nor is the layer of the maps; its own values
    # of train are in settings.
    alone = model.model_copy(update={"replicates": 1, "train": None, "layer": None})
    if isinstance(network, OtherNetwork):
        data += (network.source or "").encode()
    output = Path(paths.networks(place.partition("/")[0]))
    folder = checkpoint_folder(place, fingerprint(network, alone, settings, data), output)
    points = train(
        network,
        training,
        validation,
        loss=model.loss,
        weighting=model.weighting,
        settings=audit_settings(settings),
        folder=folder,
        title=title,
        next_run="the next `dvc repro`",
    )
    return network, folder, points


def initial(
    model: ModelParams,
    seed: int,
    prior: torch.Tensor | None,
    training: LabelledCrops,
    title: str,
) -> Network | OtherNetwork:
    """The network with the weights it starts from; its logits are ``prior``, if there is one."""
    torch.manual_seed(seed)
    network = to_train(model)
    if prior is None:
        return network
    if not isinstance(network, OtherNetwork):
        start_head(network, prior)
    elif not start_other_head(network, prior, training.images.shape[1]):
        print(
            f"{title}: warning: {model.network} does not end in a linear layer with an output for "
            "each attribute; its head starts as it is, and not at train.head_start: prior",
            file=sys.stderr,
        )
    return network


def labelled_crops(partition: str) -> LabelledCrops:
    """Open the crops of a partition; their images are read while training."""
    names = pd.read_parquet(paths.crop_transforms(partition), columns=["image"])["image"]
    faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
    images = StoredImages(paths.crops(partition))
    return LabelledCrops(images, labels_of(names, faces, paths.FACES))


if __name__ == "__main__":
    run(main)
