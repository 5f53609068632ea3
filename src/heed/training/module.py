"""What happens to one batch: the part of the training that Lightning runs."""

from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from numpy.typing import ArrayLike
from torch import Tensor, nn

from heed.params import Loss, TrainParams, Weighting
from heed.training.balancing import element_weights, keep_probabilities, sampled_weights
from heed.training.errors import count_errors, mean_balanced_error, mean_error
from heed.training.losses import element_losses

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
    resumes at an epoch goes on with the numbers it would have drawn anyway.

    Args:
        network: maps float images (B, 3, S, S), RGB 0..1, to logits (B, A).
        loss: see :func:`heed.training.losses.element_losses`.
        weighting: how the classes are balanced.
        shares: (A,) share of positive labels in the training partition.
        settings: optimiser, schedule, flips and seed.
        batches: number of batches of one epoch.
    """

    keep: Tensor

    def __init__(
        self,
        network: nn.Module,
        *,
        loss: Loss,
        weighting: Weighting,
        shares: ArrayLike,
        settings: TrainParams,
        batches: int,
    ) -> None:
        super().__init__()
        self.network = network
        self.loss: Loss = loss
        self.weighting: Weighting = weighting
        self.settings = settings
        self.batches = batches
        keep = keep_probabilities(shares)
        if weighting == "none":
            keep = np.ones_like(keep)
        self.register_buffer("keep", torch.from_numpy(keep).float(), persistent=False)
        self._counts: list[Tensor] = []

    def forward(self, crops: Tensor) -> Tensor:
        """Map crops (B, S, S, 3) uint8 RGB to logits (B, A) float32."""
        return self.network(crops.permute(0, 3, 1, 2).float() / 255)

    def on_train_epoch_start(self) -> None:
        """Seed what layers draw themselves, e.g. dropout."""
        torch.manual_seed(int(self._generator(_LAYERS).integers(2**63)))

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        """Compute the loss of a batch: crops (B, S, S, 3) uint8, labels (B, A) int8."""
        crops, labels = batch
        if self.settings.flip:
            mirrored = self._generator(_FLIPS, index).random(len(crops)) < 0.5
            rows = torch.from_numpy(mirrored).to(crops.device)[:, None, None, None]
            crops = torch.where(rows, crops.flip(2), crops)
        weights = element_weights(labels, self.keep)
        if self.weighting == "moon_sampling":
            weights = sampled_weights(weights, self._generator(_SAMPLING, index))
        loss = (weights * element_losses(self(crops), labels, self.loss)).mean()
        self.log("train/loss", loss, on_step=False, on_epoch=True, batch_size=len(crops))
        return loss

    def on_train_epoch_end(self) -> None:
        """Stop a training that diverged, before its state is kept."""
        loss = float(self.trainer.callback_metrics["train/loss"])
        if not np.isfinite(loss):
            raise ValueError(
                f"the training diverged: its loss is {loss} after epoch {self.current_epoch + 1}; "
                f"lower train.learning_rate, which is {self.settings.learning_rate}"
            )

    def validation_step(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Add a batch to the validation loss and to the counts of errors."""
        crops, labels = batch
        logits = self(crops)
        losses = element_weights(labels, self.keep) * element_losses(logits, labels, self.loss)
        self.log("validation/loss", losses.mean(), batch_size=len(crops))
        self._counts.append(count_errors(logits, labels))

    def on_validation_epoch_end(self) -> None:
        """Turn the counts into error rates."""
        counts = torch.stack(self._counts).sum(dim=0)
        self._counts.clear()
        self.log("validation/error", mean_error(counts))
        self.log("validation/balanced_error", mean_balanced_error(counts))

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """Set up AdamW with a one-cycle rate (Smith & Topin 2018) over the whole training.

        Weight decay is for matrices and kernels only: pulling biases and the
        scales of batch normalisation to 0 does not regularise.
        """
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [p for p in parameters if p.ndim > 1]},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(
            groups, lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=self.settings.learning_rate,
            total_steps=self.settings.epochs * self.batches,
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def _generator(self, use: int, batch: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, use, self.current_epoch, batch])
