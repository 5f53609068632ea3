"""What happens at the end of an epoch of a training of identities."""

import copy
from typing import Any, Final

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.utilities import move_data_to_device
from torch.optim.lr_scheduler import ReduceLROnPlateau

from heed.recognition.module import IDENTIFICATION, LOSS, TRAIN_LOSS, VERIFICATION
from heed.recognition.settings import Keep
from heed.training.callbacks import LEARNING_RATE, Curves, Progress
from heed.training.settings import TrainingSettings

METRICS: Final = (TRAIN_LOSS, LOSS, IDENTIFICATION, VERIFICATION)
"""The curves, in the order they are written: losses in nats, error rates as shares, 0..1."""


class IdentityCurves(Curves):
    """The curves of :data:`METRICS` and the learning rate, as a training of attributes has them."""

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Add a point to every curve."""
        metrics = trainer.callback_metrics
        point = {name: round(float(metrics[name]), 6) for name in METRICS}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        self.points.append({**point, LEARNING_RATE: float(f"{rate:.6g}")})
        self._write(self.points[-1])


class IdentityProgress(Progress):
    """One line that counts draws over all epochs and shows the last validation."""

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Show how well the network does."""
        metrics = trainer.callback_metrics
        self.line.set_postfix_str(
            f"epoch {trainer.current_epoch + 1}/{trainer.max_epochs}, "
            f"identified {1 - metrics[IDENTIFICATION]:.1%}, "
            f"verified {1 - metrics[VERIFICATION]:.1%}"
        )


class BestVerification(Callback):
    """Remembers the epoch that verifies best, and lowers the rate on a plateau.

    Of epochs with the same error, which few pairs often give, the one with the lower loss of the
    held-out images is the best. The schedule ``plateau`` looks at the loss of the
    held-out images, and the training goes on from where it is when the rate drops. It is stepped
    here, before the checkpoint is written, so that a resumed training is where it was.

    Args:
        settings: schedule and plateau.
        keep: weights are only kept for ``best_verification``.
    """

    def __init__(self, settings: TrainingSettings, keep: Keep) -> None:
        self.settings = settings
        self.keep: Keep = keep
        self.epoch = 0
        """The best one, counted from 1; 0 before the first."""
        self.least = [float("inf")] * 2
        """Its verification error and loss."""
        self.weights: dict[str, Any] | None = None
        """The network's state after it."""
        self._schedule: ReduceLROnPlateau | None = None
        self._restored: dict[str, Any] | None = None

    def state_dict(self) -> dict[str, Any]:
        """Return everything for the checkpoint."""
        schedule = None if self._schedule is None else self._schedule.state_dict()
        return {
            "epoch": self.epoch,
            "least": self.least,
            "weights": self.weights,
            "schedule": schedule,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take everything from the checkpoint."""
        self.epoch, self.least = state_dict["epoch"], state_dict["least"]
        self.weights, self._restored = state_dict["weights"], state_dict["schedule"]

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Set up the schedule, where it was."""
        if self.settings.schedule != "plateau":
            return
        plateau = self.settings.plateau.model_dump()
        self._schedule = ReduceLROnPlateau(trainer.optimizers[0], **plateau)
        if self._restored is not None:
            self._schedule.load_state_dict(self._restored)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Judge the epoch, and step the schedule."""
        judged = [float(trainer.callback_metrics[name]) for name in (VERIFICATION, LOSS)]
        if judged < self.least:
            self.epoch, self.least = trainer.current_epoch + 1, judged
            if self.keep == "best_verification":
                state = move_data_to_device(module.network.state_dict(), "cpu")
                self.weights = copy.deepcopy(state)
        if self._schedule is not None:
            self._schedule.step(judged[1])
