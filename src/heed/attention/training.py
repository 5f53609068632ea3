"""How the study's networks are trained before any of them is tuned."""

from functools import partial
from pathlib import Path

import pandas as pd

from heed.attention import paths
from heed.attention.faces import Faces
from heed.attention.networks import AnyNetwork, new_network
from heed.attention.run_settings import NetworkParams, PretrainingParams, TrainedParams
from heed.attention.training_images import SeenFaces
from heed.celeba.attributes import ATTRIBUTES
from heed.networks.weights import save_weights
from heed.training.checkpoints import checkpoint_folder
from heed.training.fingerprint import digest, fingerprint
from heed.training.settings import LoaderWorkers, Plateau, TrainingSettings
from heed.training.trainer import train

PLATEAU = Plateau(factor=0.1, patience=2, cooldown=1)
"""Of the schedule of this name."""

NEXT_RUN = "the next `dvc repro`"


def stored_data() -> bytes:
    """Identifies the training and the validation faces; reads all of their crops once."""
    files = [Path(paths.FACES), Path(paths.LANDMARKS)]
    for partition in ("train", "validation"):
        files += [Path(paths.crops(partition)), Path(paths.crop_transforms(partition))]
    return digest(*files).encode()


class Pretraining:
    """Trains the networks of one entry.

    Args:
        network: what they all are.
        entry: what these are trained on.
        params: how.
        workers: processes that read crops; decides no byte.
    """

    def __init__(
        self,
        network: NetworkParams,
        entry: TrainedParams,
        params: PretrainingParams,
        workers: LoaderWorkers,
    ) -> None:
        self._network, self._entry, self._params = network, entry, params
        self._workers: LoaderWorkers = workers
        self._data = stored_data()
        self._training = SeenFaces(Faces.read("train"), entry.of)
        self._validation = SeenFaces(Faces.read("validation"), entry.of)

    def __call__(
        self, name: str, seed: int, target: Path
    ) -> tuple[AnyNetwork, Path, list[dict[str, float]]]:
        """Train one; resumes where a run of before was ended.

        Args:
            name: of the entry.
            seed: of everything that is drawn.
            target: the folder of the entry's weights, once all are there.

        Returns:
            The network, the folder of its checkpoint, and its curves.
        """
        network = new_network(self._network, seed)
        settings = TrainingSettings(
            **self._params.model_dump(), plateau=PLATEAU, devices=1, seed=seed
        )
        parts = (self._network, self._entry.of.encode(), settings, self._data)
        folder = checkpoint_folder(f"{name}/{seed}", fingerprint(network, *parts), target)
        points = train(
            network,
            self._training,
            self._validation,
            loss="bce",
            weighting="none",
            settings=settings,
            folder=folder,
            attributes=ATTRIBUTES,
            save=partial(save_weights, guard=False),
            title=f"train {name} {seed}",
            next_run=NEXT_RUN,
            loader_workers=self._workers,
        )
        return network, folder, points


def curves_of(points: list[tuple[int, list[dict[str, float]]]]) -> pd.DataFrame:
    """The curves of several trainings, as one table.

    Args:
        points: of each its seed, and a point per epoch.
    """
    return pd.DataFrame(
        [
            {"seed": seed, "epoch": epoch, **point}
            for seed, of_seed in points
            for epoch, point in enumerate(of_seed, 1)
        ]
    )
