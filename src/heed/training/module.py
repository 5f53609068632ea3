"""What happens to one batch: the part of the training that Lightning runs."""

from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from numpy.typing import ArrayLike
from torch import Tensor, nn

from heed.training.balancing import element_weights, keep_probabilities, sampled_weights
from heed.training.crops import Batches
from heed.training.error_counts import (
    attribute_errors,
    count_errors,
    mean_balanced_error,
    mean_error,
)
from heed.training.losses import element_losses
from heed.training.optimizers import one_cycle, optimizer_for
from heed.training.settings import Loss, TrainingSettings, Weighting

# One stream of random numbers per use, so that e.g. switching the flips off
# leaves the sampling as it is.
_FLIPS, _SAMPLING, _LAYERS = 1, 2, 3


class AttributeTraining(lightning.LightningModule):
    """A network with its loss, class balancing, optimiser and curves.

    The loss of a batch is the mean over images and attributes of p x element
    loss, where p is 1 (``none``), MOON's probability of keeping the element
    (``moon_expectation``) or a draw of 0 or 1 with that probability
    (``moon_sampling``). The validation loss takes the expectation for both, so
    that it does not depend on draws.

    All random numbers follow from seed, epoch and batch: a training that
    resumes at an epoch goes on with the numbers it would have drawn anyway. Processes
    that train together draw for the whole batch, and each uses what belongs to its rows.

    Args:
        network: maps float images (B, 3, S, S), RGB 0..1, to logits (B, A).
        loss: see :func:`heed.training.losses.element_losses`.
        weighting: how the classes are balanced.
        shares: (A,) share of positive labels in the training partition.
        settings: optimiser, schedule, flips and seed.
        training: the batches of the training images.
        validation: the batches of the validation images.
    """

    keep: Tensor

    def __init__(
        self,
        network: nn.Module,
        *,
        loss: Loss,
        weighting: Weighting,
        shares: ArrayLike,
        settings: TrainingSettings,
        training: Batches,
        validation: Batches,
    ) -> None:
        super().__init__()
        self.network = network
        self.loss: Loss = loss
        self.weighting: Weighting = weighting
        self.settings = settings
        self.training_batches = training
        self.validation_batches = validation
        keep = keep_probabilities(shares)
        if weighting == "none":
            keep = np.ones_like(keep)
        self.register_buffer("keep", torch.from_numpy(keep).float(), persistent=False)
        self.attribute_errors: list[float] = []
        """Validation error of each attribute after the last epoch, 0..1."""
        self._counts: list[Tensor] = []
        self._losses: dict[str, Tensor] = {}

    def setup(self, stage: str) -> None:
        """Share the batches among the processes that train together."""
        for batches in (self.training_batches, self.validation_batches):
            batches.share(self.trainer.global_rank, self.trainer.world_size)

    def forward(self, crops: Tensor) -> Tensor:
        """Map crops (B, S, S, 3) uint8 RGB to logits (B, A) float32."""
        # float32 at the end too: in mixed precision the last layer has 16 bits.
        return self.network(crops.permute(0, 3, 1, 2).float() / 255).float()

    def on_train_batch_start(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Seed what layers draw themselves, e.g. dropout; each process draws its own.

        With every batch: Lightning starts to read at another moment when it resumes, and
        PyTorch's loaders draw a number of their own then.
        """
        seed = int(self._generator(_LAYERS, index).integers(2**63))
        torch.manual_seed(seed + self.training_batches.rank)

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        """Compute the loss of a batch: crops (B, S, S, 3) uint8, labels (B, A) int8."""
        crops, labels = batch
        batches = self.training_batches
        rows, whole = batches.positions(index), batches.whole(index)
        if self.settings.flip:
            mirrored = self._generator(_FLIPS, index).random(whole)[rows] < 0.5
            mask = torch.from_numpy(mirrored).to(crops.device)[:, None, None, None]
            crops = torch.where(mask, crops.flip(2), crops)
        weights = element_weights(labels, self.keep)
        if self.weighting == "moon_sampling":
            shape = (whole, labels.shape[1])
            draws = self._generator(_SAMPLING, index).random(shape, dtype=np.float32)
            weights = sampled_weights(weights, draws[rows])
        loss = (weights * element_losses(self(crops), labels, self.loss)).mean()
        self._add_loss("train/loss", loss, batches.own(index))
        return loss * batches.weight(index)

    def validation_step(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Add a batch to the validation loss and to the counts of errors."""
        crops, labels = batch
        own = self.validation_batches.own(index)
        logits = self(crops)
        losses = element_weights(labels, self.keep) * element_losses(logits, labels, self.loss)
        self._add_loss("validation/loss", losses.mean(), own)
        self._counts.append(count_errors(logits[:own], labels[:own]))

    def on_validation_epoch_end(self) -> None:
        """Turn sums and counts, of all processes together, into mean losses and error rates.

        The epoch's training is over by now, so its loss is complete as well.
        """
        for name, (total, images) in self._losses.items():
            self.log(name, self._together(total) / self._together(images))
        counts = self._together(torch.stack(self._counts).sum(dim=0))
        self.attribute_errors = attribute_errors(counts).tolist()
        self.log("validation/error_rate", mean_error(counts))
        self.log("validation/balanced_error_rate", mean_balanced_error(counts))
        self._losses.clear()
        self._counts.clear()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Tell the sampler where the training resumes.

        Lightning 2.6 starts the reading processes of a resumed training before
        it calls ``set_epoch``: they would read the first epoch's order again.
        """
        self.training_batches.set_epoch(checkpoint["epoch"] + 1)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """Set up the optimiser and a schedule that steps with every batch.

        What happens at the end of an epoch is up to
        :class:`heed.training.best_epoch.BestEpoch`.
        """
        optimizer = optimizer_for(self.network, self.settings)
        if self.settings.schedule != "one_cycle":
            return {"optimizer": optimizer}
        steps = self.settings.epochs * len(self.training_batches)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {
                "scheduler": one_cycle(optimizer, self.settings, steps),
                "interval": "step",
            },
        }

    def _add_loss(self, name: str, mean: Tensor, images: int) -> None:
        # By hand: the mean that Lightning logs of several processes rounds their shares of the
        # images to whole numbers before it divides.
        added = torch.stack([mean.detach() * images, torch.full_like(mean, images)])
        self._losses[name] = self._losses.get(name, torch.zeros_like(added)) + added

    def _together(self, own: Tensor) -> Tensor:
        return self.trainer.strategy.reduce(own, reduce_op="sum")

    def _generator(self, use: int, batch: int) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, use, self.current_epoch, batch])
