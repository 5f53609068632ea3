"""What is optimised: the error on the validation faces of a network trained by a trial's choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from heed.networks.catalogue import build
from heed.networks.dropout import with_dropout
from heed.networks.network import Network
from heed.networks.settings import NetworkName
from heed.networks.start import start_from
from heed.networks.weights import load_pretrained
from heed.search.space import Choice, Space, Start, settings_of
from heed.search.work import Report
from heed.training.best_epoch import judge_of
from heed.training.crops import LabelledImages
from heed.training.fingerprint import Part, fingerprint
from heed.training.settings import Keep, LoaderWorkers, Loss, TrainingSettings, Weighting
from heed.training.trainer import train


@dataclass(frozen=True)
class Training:
    """An :data:`~heed.search.work.Objective` that trains a network by a choice.

    Each trial trains on one device; several are for several workers.

    Attributes:
        training: images and labels to learn from.
        validation: those to be judged by.
        loss: of the base setting.
        weighting: of the base setting.
        settings: of the base setting, for all that is not searched.
        space: where it is named what the networks start from.
        parts: what else the images depend on; a checkpoint is resumed for the same only.
        trained: by name of each trained network that one of the space starts from, the file of
            its weights.
        dropout: between the layers of the heads of such networks, see
            :func:`heed.networks.dropout.with_dropout`.
        loader_workers: see :func:`~heed.training.trainer.train`.
    """

    training: LabelledImages
    validation: LabelledImages
    loss: Loss
    weighting: Weighting
    settings: TrainingSettings
    space: Space
    parts: tuple[Part, ...] = ()
    trained: Mapping[str, str] = field(default_factory=dict)
    dropout: float = 0.0
    loader_workers: LoaderWorkers = "auto"

    def __call__(self, choice: Choice, folder: Path, report: Report, title: str) -> float:
        """Train, or resume; raises what :func:`~heed.training.trainer.train` raises."""
        settings = settings_of(choice, self.settings).model_copy(update={"devices": 1})
        name: NetworkName = choice["network"]  # type: ignore[assignment]
        torch.manual_seed(settings.seed)
        network = self._initial(name)
        points = train(
            network,
            self.training,
            self.validation,
            loss=self.loss,
            weighting=self.weighting,
            settings=settings,
            folder=folder / fingerprint(network, settings, *self.parts),
            title=title,
            loader_workers=self.loader_workers,
            report=lambda epoch, point: report(epoch, point["validation/error_rate"]),
        )
        return kept_error(points, settings.keep)

    def _initial(self, name: NetworkName) -> Network:
        """A network of the space with the weights that it starts from."""
        start, outputs = self.space.network[name], self.training.labels.shape[1]
        if isinstance(start, Start):
            network = build(name, outputs)
            start_from(network, self.trained[start.start], start.new_layer)
            return with_dropout(network, self.dropout) if self.dropout > 0 else network
        return build(name, outputs, load_pretrained(start, name) if start else None)


def kept_error(points: list[dict[str, float]], keep: Keep) -> float:
    """Validation error of the weights that a training kept.

    Args:
        points: the curves, as :func:`heed.training.trainer.train` returns them.
        keep: the last epoch's weights, or those of the lowest validation loss or error.
    """
    judge = judge_of(keep)
    kept = points[-1] if keep == "last" else min(points, key=lambda point: point[judge])
    return kept["validation/error_rate"]
