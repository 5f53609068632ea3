"""How the study's networks come to be: trained on persons, on attributes, not at all, or read."""

import os
import shutil
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.probing import paths
from heed.probing.persons import Persons, persons_of
from heed.probing.run_settings import (
    AttributeTrainingParams,
    NetworkParams,
    PersonsParams,
    TrainingParams,
)
from heed.recognition.images import FaceImages
from heed.recognition.labelled_images import LabelledFaceImages
from heed.recognition.networks import FaceNetwork, new_face_network, save_face_network
from heed.recognition.penultimate import features_of, identification_accuracy, load_any
from heed.recognition.trainer import train_identities
from heed.recognition.verification import verify
from heed.training.checkpoints import checkpoint_folder
from heed.training.fingerprint import fingerprint
from heed.training.settings import LoaderParams, Plateau, TrainingSettings
from heed.training.trainer import train

NEXT_RUN = "the next `dvc repro`"


@dataclass(frozen=True)
class Made:
    """A network that was made.

    Attributes:
        recognised: ``identification`` (NaN unless it was trained on identities), ``verification``,
            ``verification_sd``, ``roc_auc``.
        curves: of its training, a point per epoch.
        folder: of the training's checkpoint, if there was one.
    """

    recognised: dict[str, float]
    curves: list[dict[str, float]] = field(default_factory=list)
    folder: Path | None = None


def make_network(name: str, entry: NetworkParams, seed: int, file: Path, target: Path) -> Made:
    """Make one network and write its weights.

    Args:
        name: of the entry.
        entry: what it is.
        seed: of its training.
        file: where its weights go.
        target: the folder of the entry's weights, once all are there.
    """
    persons = read_persons()
    if entry.of == "file":
        assert entry.weights is not None
        shutil.copyfile(os.path.expanduser(entry.weights), file)
        return Made(recognised(load_any(file), persons))
    torch.manual_seed(seed)
    outputs = len(persons.division.persons) if entry.of == "identities" else len(ATTRIBUTES)
    network = new_face_network(entry.made_of, outputs, entry.pretrained)
    if entry.of == "random":
        save_face_network(network, file)
        return Made(recognised(network.eval(), persons))
    if entry.of == "identities":
        made = _on_identities(name, network, seed, persons, target)
    else:
        made = _on_attributes(name, network, seed, target)
    save_face_network(network, file)
    return Made(recognised(network.eval(), persons, identifies=entry.of == "identities"), *made)


def read_persons() -> Persons:
    """The persons of the inventory, divided."""
    params, training = load(PersonsParams), load(TrainingParams)
    root = load(DataParams).folder if params.source == "faces" else params.folder
    return persons_of(pd.read_parquet(paths.IDENTITIES), Path(root), training.held_out, params)


def recognised(
    network: nn.Module, persons: Persons, *, identifies: bool = False
) -> dict[str, float]:
    """How well a network tells persons apart: those it knows, and pairs of others."""
    unseen = _images(persons.unseen, np.full(len(persons.unseen), -1))
    verified = verify(features_of(network, unseen)[0], persons.pairs)
    identification = np.nan
    if identifies:
        rows = persons.division.held_out_rows
        known = _of(persons, rows)
        identification = identification_accuracy(features_of(network, known)[1], known.classes)
    return {
        "identification": identification,
        "verification": verified.accuracy,
        "verification_sd": verified.deviation,
        "roc_auc": verified.auc,
    }


def _on_identities(
    name: str, network: FaceNetwork, seed: int, persons: Persons, target: Path
) -> tuple[list[dict[str, float]], Path]:
    settings = load(TrainingParams)
    parts = (settings, load(PersonsParams), Path(paths.IDENTITIES), str(seed).encode())
    folder = checkpoint_folder(f"{name}/{seed}", fingerprint(network, *parts), target)
    division = persons.division
    trained = train_identities(
        network,
        _of(persons, division.training_rows, grey=settings.grey, seed=seed),
        _of(persons, division.held_out_rows),
        _images(persons.unseen, np.full(len(persons.unseen), -1)),
        persons.pairs,
        settings=settings,
        seed=seed,
        folder=folder,
        title=f"train {name} {seed}",
        next_run=NEXT_RUN,
        loader_workers=load(LoaderParams).workers,
    )
    return trained.curves, folder


def _on_attributes(
    name: str, network: FaceNetwork, seed: int, target: Path
) -> tuple[list[dict[str, float]], Path]:
    params = load(AttributeTrainingParams)
    settings = TrainingSettings(
        **params.model_dump(),
        plateau=Plateau(factor=0.1, patience=2, cooldown=1),
        early_stop=None,
        keep="last",
        devices=1,
        flip=True,
        seed=seed,
    )
    faces, root = pd.read_parquet(paths.FACES), Path(load(DataParams).folder)
    parts = (settings, load(TrainingParams), Path(paths.FACES), str(seed).encode())
    folder = checkpoint_folder(f"{name}/{seed}", fingerprint(network, *parts), target)

    def images(partition: str, seed: int | None) -> LabelledFaceImages:
        rows = faces[faces["partition"] == PARTITIONS.index(partition)]
        files = [root / path for path in rows["path"]]
        labels = rows[list(ATTRIBUTES)].to_numpy(np.int8)
        return LabelledFaceImages(_images(files, np.zeros(len(files), int), seed=seed), labels)

    points = train(
        network,
        images("train", seed),
        images("validation", None),
        loss="bce",
        weighting="none",
        settings=settings,
        folder=folder,
        attributes=ATTRIBUTES,
        save=partial(save_face_network, guard=False),
        title=f"train {name} {seed}",
        next_run=NEXT_RUN,
        loader_workers=load(LoaderParams).workers,
    )
    return points, folder


def _of(
    persons: Persons, rows: NDArray[np.intp], *, grey: float = 0.0, seed: int | None = None
) -> FaceImages:
    files = [persons.paths[row] for row in rows]
    return _images(files, persons.division.classes[rows], grey=grey, seed=seed)


def _images(
    files: list[Path], classes: NDArray[np.int64], *, grey: float = 0.0, seed: int | None = None
) -> FaceImages:
    seen = load(TrainingParams)
    return FaceImages(files, classes, side=seen.side, crop=seen.crop, grey=grey, seed=seed)
