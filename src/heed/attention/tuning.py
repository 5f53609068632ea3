"""How the study's networks are fine-tuned: with a loss of maps, or, as a control, without."""

from pathlib import Path

import numpy as np

from heed.attention import paths
from heed.attention.explained import Grid, explaining
from heed.attention.faces import Faces
from heed.attention.maps_settings import AUTO, OF_HEED, MapsParams
from heed.attention.networks import AnyNetwork, stored_network
from heed.attention.plans import Pairs
from heed.attention.regions import cell_weights, pair_coverage
from heed.attention.run_settings import RunParams, TuningParams
from heed.attention.training import NEXT_RUN, stored_data
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.settings import CropParams
from heed.guidance.catalogue import map_loss
from heed.guidance.guided_images import GuidedImages
from heed.guidance.settings import TuningSettings, Weights
from heed.guidance.tuning import fine_tune
from heed.training.checkpoints import checkpoint_folder
from heed.training.crops import LabelledCrops
from heed.training.fingerprint import digest, fingerprint
from heed.training.settings import LoaderWorkers


class Tuning:
    """Fine-tunes the networks of one run.

    Args:
        run: the loss, and what it is of.
        pairs: whose attributes' maps are led to their regions; none for a control.
        params: how.
        maps: where maps are taken.
        crop: how crops were made.
        workers: processes that read crops; decides no byte.
    """

    def __init__(
        self,
        run: RunParams,
        pairs: Pairs,
        params: TuningParams,
        maps: MapsParams,
        crop: CropParams,
        workers: LoaderWorkers,
    ) -> None:
        self._run, self._pairs, self._params, self._maps = run, pairs, params, maps
        self._crop = crop
        self._workers: LoaderWorkers = workers
        self._data = stored_data()
        self._training, self._validation = Faces.read("train"), Faces.read("validation")

    def __call__(
        self, name: str, seed: int, target: Path
    ) -> tuple[AnyNetwork, Path, list[dict[str, float]]]:
        """Fine-tune the network of one seed; resumes where a run of before was ended.

        Args:
            name: of the run.
            seed: of the network that it starts from, and of everything that is drawn.
            target: the folder of the run's weights, once all are there.

        Returns:
            The network, the folder of its checkpoint, and its curves.
        """
        start = Path(paths.networks(self._params.start)) / f"{seed}.safetensors"
        network = stored_network(start)
        _, grid = explaining(network, self._training.crops[:1], self._maps)
        training, validation = (
            self._guided(faces, grid) for faces in (self._training, self._validation)
        )
        regions = [images.regions.tobytes() for images in (training, validation)]
        run = self._run
        settings = TuningSettings(
            **self._params.model_dump(exclude={"start"}),
            weights=Weights(attributes=run.weights[0], maps=run.weights[1]),
            on=run.images,
        )
        parts = (run, self._maps, settings, digest(*regions).encode(), str(seed).encode())
        identity = fingerprint(network, *parts, self._data)
        folder = checkpoint_folder(f"{name}/{seed}", identity, target)
        points = fine_tune(
            network,
            training,
            validation,
            outputs=self._outputs,
            loss=map_loss(run.loss, **run.map_loss.options),
            settings=settings,
            seed=seed,
            layer=self._layer,
            folder=folder,
            title=f"tune {name} {seed}",
            next_run=NEXT_RUN,
            loader_workers=self._workers,
        )
        return network, folder, points

    @property
    def _outputs(self) -> list[int]:
        """The outputs whose maps are led; the first one, whose map is not made, of a control."""
        return [ATTRIBUTES.index(pair.attribute) for pair in self._pairs.values()] or [0]

    @property
    def _layer(self) -> str | None:
        """As :func:`heed.guidance.maps.guided_pass` names it, in the network with its wrapper."""
        layer = self._maps.layer
        if layer in OF_HEED:
            return layer
        return None if layer == AUTO else f"network.{layer}"

    def _guided(self, faces: Faces, grid: Grid) -> GuidedImages:
        """Faces with the regions of each pair, and what their cells weigh."""
        images = LabelledCrops(faces.crops, faces.labels)
        if not self._pairs:
            return GuidedImages(images, np.zeros((1, grid.cells, grid.cells), np.float32))
        regions = [
            pair_coverage(pair, faces.landmarks, self._crop, grid) for pair in self._pairs.values()
        ]
        weights = None
        if self._run.heavier:
            own = cell_weights(self._run.heavier, faces.landmarks, self._crop, grid)
            weights = np.broadcast_to(own[:, None], (len(own), len(regions), *own.shape[1:]))
        return GuidedImages(images, np.stack(regions, axis=1), weights)
