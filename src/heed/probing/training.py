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
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.explain.devices import device_named
from heed.probing import paths
from heed.probing.persons import persons_of
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
from heed.training.settings import LoaderWorkers, Plateau, TrainingSettings
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


class Maker:
    """Makes networks by the study's parameters.

    Args:
        data: the faces whose attributes baselines are trained on.
        persons: who is told apart, and how pairs are drawn.
        training: of networks of persons, and what every network sees.
        attributes: the training of networks of attributes.
        workers: processes that read images; decides no byte.
    """

    def __init__(
        self,
        data: DataParams,
        persons: PersonsParams,
        training: TrainingParams,
        attributes: AttributeTrainingParams,
        workers: LoaderWorkers,
    ) -> None:
        self._faces = Path(data.folder)
        self._params, self._training, self._attributes = persons, training, attributes
        self._workers: LoaderWorkers = workers
        root = self._faces if persons.source == "faces" else Path(persons.folder)
        table = pd.read_parquet(paths.IDENTITIES)
        self.persons = persons_of(table, root, training.held_out, persons)
        """Those of the inventory, divided."""

    def make(self, name: str, entry: NetworkParams, seed: int, file: Path, target: Path) -> Made:
        """Make one network and write its weights.

        Args:
            name: of the entry.
            entry: what it is.
            seed: of its training.
            file: where its weights go.
            target: the folder of the entry's weights, once all are there.
        """
        if entry.of == "file":
            assert entry.weights is not None
            shutil.copyfile(os.path.expanduser(entry.weights), file)
            return Made(self._recognised(load_any(file)))
        torch.manual_seed(seed)
        identifies = entry.of == "identities"
        outputs = len(self.persons.division.persons) if identifies else len(ATTRIBUTES)
        network = new_face_network(entry.made_of, outputs, entry.pretrained)
        curves: list[dict[str, float]] = []
        folder = None
        if identifies:
            curves, folder = self._on_identities(name, network, seed, target)
        elif entry.of == "attributes":
            curves, folder = self._on_attributes(name, network, seed, target)
        save_face_network(network, file)
        return Made(self._recognised(network.eval(), identifies=identifies), curves, folder)

    def _recognised(self, network: nn.Module, *, identifies: bool = False) -> dict[str, float]:
        """How well a network tells persons apart: those it knows, and pairs of others."""
        network = network.to(device_named("auto"))
        verified = verify(features_of(network, self._unseen())[0], self.persons.pairs)
        identification = np.nan
        if identifies:
            known = self._of(self.persons.division.held_out_rows)
            identification = identification_accuracy(features_of(network, known)[1], known.classes)
        return {
            "identification": identification,
            "verification": verified.accuracy,
            "verification_sd": verified.deviation,
            "roc_auc": verified.auc,
        }

    def _on_identities(
        self, name: str, network: FaceNetwork, seed: int, target: Path
    ) -> tuple[list[dict[str, float]], Path]:
        settings = self._training
        parts = (settings, self._params, Path(paths.IDENTITIES), str(seed).encode())
        folder = checkpoint_folder(f"{name}/{seed}", fingerprint(network, *parts), target)
        division = self.persons.division
        trained = train_identities(
            network,
            self._of(division.training_rows, grey=settings.grey, seed=seed),
            self._of(division.held_out_rows),
            self._unseen(),
            self.persons.pairs,
            settings=settings,
            seed=seed,
            folder=folder,
            title=f"train {name} {seed}",
            next_run=NEXT_RUN,
            loader_workers=self._workers,
        )
        return trained.curves, folder

    def _on_attributes(
        self, name: str, network: FaceNetwork, seed: int, target: Path
    ) -> tuple[list[dict[str, float]], Path]:
        settings = TrainingSettings(
            **self._attributes.model_dump(),
            plateau=Plateau(factor=0.1, patience=2, cooldown=1),
            early_stop=None,
            keep="last",
            devices=1,
            flip=True,
            seed=seed,
        )
        faces = pd.read_parquet(paths.FACES)
        parts = (settings, self._training, Path(paths.FACES), str(seed).encode())
        folder = checkpoint_folder(f"{name}/{seed}", fingerprint(network, *parts), target)

        def images(partition: str, seed: int | None) -> LabelledFaceImages:
            rows = faces[faces["partition"] == PARTITIONS.index(partition)]
            files = [self._faces / path for path in rows["path"]]
            labels = rows[list(ATTRIBUTES)].to_numpy(np.int8)
            seen = self._images(files, np.zeros(len(files), int), seed=seed)
            return LabelledFaceImages(seen, labels)

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
            loader_workers=self._workers,
        )
        return points, folder

    def _unseen(self) -> FaceImages:
        files = self.persons.unseen
        return self._images(files, np.full(len(files), -1))

    def _of(
        self, rows: NDArray[np.intp], *, grey: float = 0.0, seed: int | None = None
    ) -> FaceImages:
        files = [self.persons.paths[row] for row in rows]
        return self._images(files, self.persons.division.classes[rows], grey=grey, seed=seed)

    def _images(
        self,
        files: list[Path],
        classes: NDArray[np.int64],
        *,
        grey: float = 0.0,
        seed: int | None = None,
    ) -> FaceImages:
        seen = self._training
        return FaceImages(files, classes, side=seen.side, crop=seen.crop, grey=grey, seed=seed)
