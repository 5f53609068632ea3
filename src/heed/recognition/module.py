"""What happens to one batch of a training of identities: the part that Lightning runs."""

from typing import Any, Final

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from torch.nn import functional

from heed.recognition.images import UniformIdentities
from heed.recognition.networks import FaceNetwork
from heed.recognition.pairs import Pairs
from heed.recognition.verification import accuracy_by_fold, cosines
from heed.training.optimizers import one_cycle, optimizer_for
from heed.training.settings import TrainingSettings

TRAIN_LOSS: Final = "train/loss"
LOSS: Final = "validation/loss"
IDENTIFICATION: Final = "validation/error_rate"
VERIFICATION: Final = "verification/error_rate"

_LAYERS: Final = 3
"""Stream of the random numbers that layers draw; others are in :mod:`heed.recognition.images`."""


class IdentityTraining(lightning.LightningModule):
    """A network with a softmax over persons, its optimiser and its curves.

    The loss is the cross-entropy of the softmax. After each epoch the held-out images of the same
    persons are identified, and pairs of other persons verified by the cosine of their features.

    All random numbers follow from seed, epoch and batch: a training that resumes at an epoch goes
    on with the numbers it would have drawn anyway.

    Args:
        network: what is trained.
        settings: optimiser, schedule and seed.
        draws: the batches of the training images.
        pairs: by the rows of the images of other persons, which have class -1 and come after the
            held-out ones.
    """

    def __init__(
        self,
        network: FaceNetwork,
        settings: TrainingSettings,
        draws: UniformIdentities,
        pairs: Pairs,
    ) -> None:
        super().__init__()
        self.network = network
        self.settings = settings
        self.draws = draws
        self.pairs = pairs
        self._train: list[Tensor] = []
        self._losses: list[Tensor] = []
        self._wrong: list[Tensor] = []
        self._features: list[Tensor] = []

    def forward(self, squares: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, D) and logits (B, persons), float32, of (B, S, S, 3) uint8 RGB."""
        features = self.network.features(squares.permute(0, 3, 1, 2).float() / 255)
        return features.float(), self.network.head(features).float()

    def on_train_batch_start(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Seed what layers draw themselves: dropout. With every batch, as readers draw as well."""
        rng = np.random.default_rng([self.settings.seed, _LAYERS, self.current_epoch, index])
        torch.manual_seed(int(rng.integers(2**63)))

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        """The mean loss of a batch."""
        squares, classes = batch
        loss = functional.cross_entropy(self(squares)[1], classes)
        self._train.append(loss.detach() * len(classes))
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Identify the images of known persons; keep the features of the others."""
        squares, classes = batch
        features, logits = self(squares)
        known = classes >= 0
        if known.any():
            logits, classes = logits[known], classes[known]
            self._losses.append(functional.cross_entropy(logits, classes, reduction="none"))
            self._wrong.append(logits.argmax(dim=1) != classes)
        if not known.all():
            self._features.append(features[~known].cpu())

    def on_validation_epoch_end(self) -> None:
        """Turn sums into mean losses and error rates; the epoch's training is over by now."""
        if self._train:
            self.log(TRAIN_LOSS, torch.stack(self._train).sum() / self.draws.count)
        self.log(LOSS, torch.cat(self._losses).mean())
        self.log(IDENTIFICATION, torch.cat(self._wrong).float().mean())
        self.log(VERIFICATION, self._verification_error(torch.cat(self._features)))
        for kept in (self._train, self._losses, self._wrong, self._features):
            kept.clear()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Tell the sampler where the training resumes, before readers start."""
        self.draws.set_epoch(checkpoint["epoch"] + 1)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """Set up the optimiser, and a schedule that steps with every batch."""
        optimizer = optimizer_for(self.network, self.settings)
        if self.settings.schedule != "one_cycle":
            return {"optimizer": optimizer}
        schedule = one_cycle(optimizer, self.settings, self.settings.epochs * len(self.draws))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def _verification_error(self, features: Tensor) -> float:
        """One, if the training has diverged: the loss, which is looked at next, says so."""
        if not torch.isfinite(features).all():
            return 1.0
        alike = cosines(features.numpy(), self.pairs.first, self.pairs.second)
        accuracies, _ = accuracy_by_fold(alike, self.pairs.same, self.pairs.fold)
        return float(1 - accuracies.mean())
