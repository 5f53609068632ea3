"""What is optimised: the error on the validation faces of a network trained by a trial's choice."""

from dataclasses import dataclass
from pathlib import Path

import torch

from heed.networks.catalogue import build
from heed.networks.settings import NetworkName
from heed.networks.weights import load_pretrained
from heed.search.space import Choice, Space, settings_of
from heed.search.work import Report
from heed.training.best_epoch import judge_of
from heed.training.crops import LabelledImages
from heed.training.fingerprint import Part, fingerprint
from heed.training.settings import Keep, Loss, TrainingSettings, Weighting
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
        space: where the networks' ImageNet weights are named.
        parts: what else the images depend on; a checkpoint is resumed for the same only.
    """

    training: LabelledImages
    validation: LabelledImages
    loss: Loss
    weighting: Weighting
    settings: TrainingSettings
    space: Space
    parts: tuple[Part, ...] = ()

    def __call__(self, choice: Choice, folder: Path, report: Report, title: str) -> float:
        """Train, or resume; raises what :func:`~heed.training.trainer.train` raises."""
        settings = settings_of(choice, self.settings).model_copy(update={"devices": 1})
        name: NetworkName = choice["network"]  # type: ignore[assignment]
        pretrained = self.space.network[name]
        torch.manual_seed(settings.seed)
        state = load_pretrained(pretrained, name) if pretrained else None
        network = build(name, self.training.labels.shape[1], state)
        points = train(
            network,
            self.training,
            self.validation,
            loss=self.loss,
            weighting=self.weighting,
            settings=settings,
            folder=folder / fingerprint(network, settings, *self.parts),
            title=title,
            report=lambda epoch, point: report(epoch, point["validation/error_rate"]),
        )
        return kept_error(points, settings.keep)


def kept_error(points: list[dict[str, float]], keep: Keep) -> float:
    """Validation error of the weights that a training kept.

    Args:
        points: the curves, as :func:`heed.training.trainer.train` returns them.
        keep: the last epoch's weights, or those of the lowest validation loss or error.
    """
    judge = judge_of(keep)
    kept = points[-1] if keep == "last" else min(points, key=lambda point: point[judge])
    return kept["validation/error_rate"]
