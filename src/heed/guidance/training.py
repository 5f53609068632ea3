"""What happens to one batch of a fine-tuning: the part that Lightning runs."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import torch
from lightning import LightningModule, Trainer
from numpy.typing import ArrayLike
from torch import Tensor, nn

from heed.explain.logits import one_row_an_image, reader
from heed.explain.shapes import Reshape
from heed.guidance.guided_images import GuidedBatch, mirrored
from heed.guidance.map_loss import MapLoss, is_empty
from heed.guidance.maps import guided_pass, scaled
from heed.guidance.settings import TuningSettings
from heed.training.balancing import element_weights
from heed.training.callbacks import METRICS, Curves
from heed.training.crops import Batches
from heed.training.error_counts import count_errors
from heed.training.losses import element_losses
from heed.training.module import AttributeTraining
from heed.training.settings import Loss, Weighting

MAP_LOSS: Final = "map_loss"
EMPTY_MAPS: Final = "empty_maps"
MAP_METRICS: Final = tuple(
    f"{partition}/{name}"
    for name in (MAP_LOSS, EMPTY_MAPS)
    for partition in ("train", "validation")
)
"""The curves beside those of every training, in the order they are written: the mean map loss of
the chosen maps, and which share of these is empty."""

_FLIPS: Final = 1
"""Stream of random numbers, as in :mod:`heed.training.module`."""


class Guide(NamedTuple):
    """What is asked of the maps.

    Attributes:
        outputs: T outputs whose maps are guided.
        loss: of a map and its region.
        layer: where maps are taken.
        reshape: how what the layer puts out lies.
    """

    outputs: Sequence[int]
    loss: MapLoss
    layer: str | nn.Module | None
    reshape: Reshape | None


class GuidedTraining(AttributeTraining):
    """A network with the loss of its attributes and a loss of the maps of some.

    The loss of a batch is w_a times that of :class:`heed.training.module.AttributeTraining` plus
    w_g times the mean map loss over the chosen maps: those of images with the attribute, or all (of
    the class that is predicted), as far as their regions are not empty. Where none is chosen the
    second part is 0. The curves ``train/loss`` and ``validation/loss`` are of the attributes alone,
    so that they compare with those of other trainings.

    Args:
        network: maps float images (B, 3, S, S), RGB 0..1, to logits (B, A).
        guide: what is asked of the maps.
        loss: of the attributes.
        weighting: ``none`` or ``moon_expectation``.
        shares: (A,) share of positive labels in the training partition.
        tuning: everything else.
        seed: of everything that is drawn.
        training: the batches of the training images.
        validation: the batches of the validation images.
    """

    def __init__(
        self,
        network: nn.Module,
        guide: Guide,
        *,
        loss: Loss,
        weighting: Weighting,
        shares: ArrayLike,
        tuning: TuningSettings,
        seed: int,
        training: Batches,
        validation: Batches,
    ) -> None:
        super().__init__(
            network,
            loss=loss,
            weighting=weighting,
            shares=shares,
            settings=tuning.optimisation(seed),
            training=training,
            validation=validation,
        )
        self.guide = guide
        self.tuning = tuning

    def forward(self, crops: Tensor) -> Tensor:
        """Map crops (B, S, S, 3) uint8 RGB to logits (B, A) float32.

        They are read from the answer as :func:`heed.guidance.maps.guided_pass` reads them, so that
        whatever network can be guided has its control.
        """
        logits = reader(None)(self.network(crops.permute(0, 3, 1, 2).float() / 255))
        return one_row_an_image(logits, crops).float()

    def training_step(self, batch: Any, index: int) -> Tensor:
        """Compute the loss of a batch of guided images."""
        guided = GuidedBatch(*batch)
        if self.tuning.flip:
            draws = self._generator(_FLIPS, index).random(len(guided.crops))
            guided = mirrored(guided, torch.from_numpy(draws < 0.5))
        attributes, maps, _ = self._losses_of(guided, "train")
        weights = self.tuning.weights
        return weights.attributes * attributes + weights.maps * maps

    def validation_step(self, batch: Any, index: int) -> None:
        """Add a batch to the validation losses and to the counts of errors."""
        *_, logits = self._losses_of(GuidedBatch(*batch), "validation")
        self._counts.append(count_errors(logits, batch[1]))

    def _losses_of(self, batch: GuidedBatch, partition: str) -> tuple[Tensor, Tensor, Tensor]:
        """The mean loss of the attributes, that of the maps, and the logits."""
        guide = self.guide
        if guide.loss.looks:
            predicted = self.tuning.on == "predicted"
            images = batch.crops.permute(0, 3, 1, 2).float() / 255
            found = guided_pass(
                self.network,
                images,
                guide.outputs,
                guide.layer,
                "predicted" if predicted else None,
                reshape=guide.reshape,
            )
            logits = found.logits.float()
            chosen = ~is_empty(batch.regions * batch.cell_weights)
            if not predicted:
                chosen &= batch.labels[:, list(guide.outputs)] > 0
            losses = guide.loss(scaled(found.maps), batch.regions, batch.cell_weights)
            count = int(chosen.sum())
            maps = (losses * chosen).sum() / max(count, 1)
            if count:
                self._add_loss(f"{partition}/{MAP_LOSS}", maps, count)
                empty = (is_empty(found.maps) & chosen).sum() / count
                self._add_loss(f"{partition}/{EMPTY_MAPS}", empty, count)
        else:
            logits = self(batch.crops)
            maps = logits.new_zeros(())
        weights = element_weights(batch.labels, self.keep)
        attributes = (weights * element_losses(logits, batch.labels, self.loss)).mean()
        self._add_loss(f"{partition}/loss", attributes, len(batch.crops))
        return attributes, maps, logits


class GuidedCurves(Curves):
    """The curves of a training of attributes, and of :data:`MAP_METRICS` those that there are."""

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Add a point to every curve."""
        found = trainer.callback_metrics
        names = [name for name in (*METRICS, *MAP_METRICS) if name in found]
        self.points.append({name: round(float(found[name]), 6) for name in names})
        self._write(self.points[-1])
