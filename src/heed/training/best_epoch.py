"""The best epoch, by validation loss or error: going back to it, stopping after it, keeping it."""

import copy
import sys
from typing import Any

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.utilities import move_data_to_device
from torch.optim.lr_scheduler import ReduceLROnPlateau
from tqdm import tqdm

from heed.training.settings import Keep, TrainingSettings


def judge_of(keep: Keep) -> str:
    """The curve by which epochs are judged, one of :data:`heed.training.callbacks.METRICS`.

    Example:
        >>> judge_of("best_error")
        'validation/error_rate'
    """
    return "validation/error_rate" if keep == "best_error" else "validation/loss"


class BestEpoch(Callback):
    """Judges each epoch by the mean validation loss over all images, or by the validation error.

    The error is what decides where ``keep`` is ``best_error``, as in the code of Chavannes &
    Rutishauser (2021); otherwise the loss does.

    - Schedule ``plateau`` steps once per epoch. When it lowers the rate, the training goes
      back to the weights *and* the optimiser's state of the best epoch so far, with the
      lowered rate. (Not after the last epoch, whose weights then stay what they are.)
    - ``early_stop`` ends the training so many epochs after the best one.

    An epoch is better if its loss (or error) is lower at all, so that of equal ones the first is
    the best. The schedule looks at the loss in any case; with torch's default it
    counts an epoch as one without progress unless the loss is lower by a ten-thousandth.

    The schedule is stepped here, not by Lightning, which would do so after the checkpoint
    is written: a resumed training would be one epoch behind. All that is kept travels in the
    checkpoint.

    Args:
        settings: schedule, plateau, early_stop and keep.
        title: shown before messages.
    """

    def __init__(self, settings: TrainingSettings, title: str) -> None:
        self.settings = settings
        self.title = title
        self.judge = judge_of(settings.keep)
        """The curve that epochs are judged by."""
        self.epoch = 0
        """The best one, counted from 1; 0 before the first."""
        self.least = float("inf")
        """The value of that curve after it."""
        self.weights: dict[str, Any] | None = None
        """The network's state after it; None if nothing ever needs it."""
        self.optimizer: dict[str, Any] | None = None
        self.stopped = False
        self._schedule: ReduceLROnPlateau | None = None
        self._restored: dict[str, Any] | None = None

    def state_dict(self) -> dict[str, Any]:
        """Return everything for the checkpoint."""
        return {
            "epoch": self.epoch,
            "least": self.least,
            "weights": self.weights,
            "optimizer": self.optimizer,
            "stopped": self.stopped,
            "schedule": None if self._schedule is None else self._schedule.state_dict(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take everything from the checkpoint."""
        self.epoch, self.least = state_dict["epoch"], state_dict["least"]
        self.weights, self.optimizer = state_dict["weights"], state_dict["optimizer"]
        self.stopped = state_dict["stopped"]
        self._restored = state_dict["schedule"]

    def on_fit_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Leave a training as it is that had been stopped already."""
        trainer.should_stop = self.stopped

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Set up the schedule, where it was."""
        if self.settings.schedule != "plateau":
            return
        self._schedule = ReduceLROnPlateau(
            trainer.optimizers[0], **self.settings.plateau.model_dump()
        )
        if self._restored is not None:
            self._schedule.load_state_dict(self._restored)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Judge the epoch; then stop, go back or just go on."""
        epoch = trainer.current_epoch + 1
        value = float(trainer.callback_metrics[self.judge])
        if value < self.least:
            self._remember(epoch, value, trainer, module)
        patience = self.settings.early_stop
        if patience is not None and epoch - self.epoch >= patience:
            self.stopped = trainer.should_stop = True
            self._tell(trainer, f"stopped after epoch {epoch}: the best was epoch {self.epoch}")
        before = _rates(trainer)
        if self._schedule is not None:
            self._schedule.step(float(trainer.callback_metrics["validation/loss"]))
        if _rates(trainer) != before and not self.stopped and epoch != trainer.max_epochs:
            self._go_back(epoch, trainer, module)

    def _remember(
        self, epoch: int, value: float, trainer: Trainer, module: LightningModule
    ) -> None:
        self.epoch, self.least = epoch, value
        if self.settings.schedule == "plateau" or self.settings.keep != "last":
            self.weights = _copied(module.network.state_dict())
        if self.settings.schedule == "plateau":
            self.optimizer = _copied(trainer.optimizers[0].state_dict())

    def _go_back(self, epoch: int, trainer: Trainer, module: LightningModule) -> None:
        lowered = _rates(trainer)
        if self.epoch != epoch and self.weights is not None and self.optimizer is not None:
            module.network.load_state_dict(self.weights)
            # A copy: the optimiser goes on with the very tensors it is given.
            trainer.optimizers[0].load_state_dict(copy.deepcopy(self.optimizer))
            for group, rate in zip(trainer.optimizers[0].param_groups, lowered, strict=True):
                group["lr"] = rate
        self._tell(
            trainer, f"learning rate {lowered[0]:.3g} after epoch {epoch}, from epoch {self.epoch}"
        )

    def _tell(self, trainer: Trainer, message: str) -> None:
        if trainer.is_global_zero:
            tqdm.write(f"{self.title}: {message}", file=sys.stderr)


def _rates(trainer: Trainer) -> list[float]:
    return [group["lr"] for group in trainer.optimizers[0].param_groups]


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """A copy in the computer's own memory, whatever becomes of the original."""
    return copy.deepcopy(move_data_to_device(state, "cpu"))
