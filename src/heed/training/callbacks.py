"""What Lightning does at the end of each epoch: curves, report, progress."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from lightning import Callback, LightningModule, Trainer
from tqdm import tqdm

from heed.base.files import write_text
from heed.training.crops import Batches
from heed.training.failures import DivergedError
from heed.training.live import LocalLive

METRICS = (
    "train/loss",
    "validation/loss",
    "validation/error_rate",
    "validation/balanced_error_rate",
)
"""The curves, in the order they are written; error rates are shares, 0..1.

None is called ``error``: DVC takes such a key for a file that it could not read.
"""

ATTRIBUTE_ERRORS: Final = "attribute_errors.csv"
"""The file of the errors attribute by attribute, in the folder of the curves."""

Save: TypeAlias = Callable[[Any, Path], None]
"""Writes a network's weights to a file; importable by name, so that processes can hand it on."""

LEARNING_RATE = "learning_rate"
"""One more curve, for trainings whose rate depends on how they went."""


class Divergence(Callback):
    """Ends a training whose loss is no number any more, before its state is kept.

    Args:
        learning_rate: named in the message.
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Look at both losses of the epoch.

        Raises:
            DivergedError: when one is infinite or not a number.
        """
        for name, of in (("train/loss", "its loss"), ("validation/loss", "its validation loss")):
            loss = float(trainer.callback_metrics[name])
            if not np.isfinite(loss):
                raise DivergedError(
                    f"the training diverged: {of} is {loss} after epoch "
                    f"{trainer.current_epoch + 1}; lower the learning rate, which is "
                    f"{self.learning_rate}"
                )


class Curves(Callback):
    """Writes one point per epoch and metric with DVCLive, so that a training can be watched.

    The points travel in the checkpoint, from which a resumed training rewrites
    its curves: after a kill the files may be an epoch ahead of it.

    Args:
        folder: DVCLive's folder; ``metrics.json`` holds the last epoch,
            ``plots/metrics/<metric>.tsv`` all of them (columns step = epoch
            from 1, and the metric).
        learning_rate: also write the rate that each epoch ended with.
    """

    def __init__(self, folder: Path, *, learning_rate: bool = False) -> None:
        self.folder = folder
        self.learning_rate = learning_rate
        self.points: list[dict[str, float]] = []

    def state_dict(self) -> dict[str, Any]:
        """Return the points for the checkpoint."""
        return {"points": self.points}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the points from the checkpoint."""
        self.points = state_dict["points"]

    def on_fit_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Start the files, with the points of a resumed training."""
        if not trainer.is_global_zero:
            return
        # dvcyaml=False: the pipeline's own dvc.yaml names the plots.
        self.live = LocalLive(str(self.folder), dvcyaml=False)
        self.live.step = 1
        for point in self.points:
            self._write(point)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Add a point to every curve."""
        metrics = trainer.callback_metrics
        point = {name: round(float(metrics[name]), 6) for name in METRICS}
        if self.learning_rate:
            rate = trainer.optimizers[0].param_groups[0]["lr"]
            point[LEARNING_RATE] = float(f"{rate:.6g}")
        self.points.append(point)
        if trainer.is_global_zero:
            self._write(point)

    def _write(self, point: dict[str, float]) -> None:
        for name, value in point.items():
            self.live.log_metric(name, value)
        self.live.next_step()


class AttributeErrors(Callback):
    """Keeps the validation error of each attribute after each epoch.

    They travel in the checkpoint, and are written when the training has ended.

    Args:
        attributes: names of the A attributes, in the order of the network's outputs.
    """

    def __init__(self, attributes: Sequence[str]) -> None:
        self.attributes = tuple(attributes)
        self.epochs: list[list[float]] = []

    def state_dict(self) -> dict[str, Any]:
        """Return the errors for the checkpoint."""
        return {"epochs": self.epochs}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the errors from the checkpoint."""
        self.epochs = state_dict["epochs"]

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Add those of the epoch, which has been validated."""
        self.epochs.append(module.attribute_errors)

    def write(self, path: Path) -> None:
        """Write a csv: the columns ``epoch``, from 1, and the errors, shares to 6 decimals."""
        lines = [",".join(("epoch", *self.attributes))]
        for epoch, errors in enumerate(self.epochs, start=1):
            lines.append(",".join([str(epoch), *(f"{error:.6f}" for error in errors)]))
        write_text("\n".join(lines) + "\n", path, guard=False)


class KeptEpochs(Callback):
    """Writes the weights of every so many epochs, as they are when the epoch ends.

    It comes before what goes back to an earlier epoch. A training that is killed before its
    checkpoint is written comes to the same epoch again, and to the same bytes.

    Args:
        folder: where they are written, ``<epoch>.safetensors``.
        every: epochs from one to the next.
        save: writes a network's weights to a file, whole or not at all.
    """

    def __init__(self, folder: Path, every: int, save: Save) -> None:
        self.folder = folder
        self.every = every
        self.save = save

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Write the weights, if it is their turn."""
        epoch = trainer.current_epoch + 1
        if epoch % self.every == 0 and trainer.is_global_zero:
            self.folder.mkdir(exist_ok=True)
            self.save(module.network, self.folder / f"{epoch}.safetensors")


class Report(Callback):
    """Hands the newest point of the curves to a function.

    Args:
        curves: which have been written before, so they come first in the list of callbacks.
        report: called with the epoch, counted from 1, and the point; what it raises ends
            the training.
    """

    def __init__(self, curves: Curves, report: Callable[[int, dict[str, float]], None]) -> None:
        self.curves = curves
        self.report = report

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Report the epoch."""
        self.report(trainer.current_epoch + 1, dict(self.curves.points[-1]))


class Progress(Callback):
    """One line that counts images over all epochs and shows the last validation.

    Args:
        title: what is trained.
        batches: the sampler of the training images.
    """

    def __init__(self, title: str, batches: Batches) -> None:
        self.title = title
        self.batches = batches
        self.line = tqdm(disable=True)  # until the training starts

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Open the line where the training starts or resumes."""
        images = self.batches.count
        epochs = trainer.max_epochs or 0
        self.line = tqdm(
            total=epochs * images,
            initial=trainer.current_epoch * images,
            desc=self.title,
            unit=" images",
            disable=not trainer.is_global_zero,
        )

    def on_train_batch_end(
        self, trainer: Trainer, module: LightningModule, outputs: Any, batch: Any, index: int
    ) -> None:
        """Count the images of the batch."""
        self.line.update(self.batches.whole(index))

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Show how well the network does."""
        metrics = trainer.callback_metrics
        self.line.set_postfix_str(
            f"epoch {trainer.current_epoch + 1}/{trainer.max_epochs}, "
            f"error {metrics['validation/error_rate']:.1%}, "
            f"balanced error {metrics['validation/balanced_error_rate']:.1%}"
        )

    def on_train_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Close the line."""
        self.line.close()

    def on_exception(
        self, trainer: Trainer, module: LightningModule, exception: BaseException
    ) -> None:
        """Close the line where it stands, so that the message has a line of its own."""
        self.line.close()
