"""What Lightning does at the end of each epoch: curves, checkpoint, progress."""

from pathlib import Path
from typing import Any

from dvclive import Live
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint
from tqdm import tqdm

from heed.store import written_whole
from heed.training.crops import Batches

METRICS = ("train/loss", "validation/loss", "validation/error", "validation/balanced_error")
"""The curves, in the order they are written; error rates are shares, 0..1."""


class Curves(Callback):
    """Writes one point per epoch and metric with DVCLive, so that a training can be watched.

    The points travel in the checkpoint, from which a resumed training rewrites
    its curves: after a kill the files may be an epoch ahead of it.

    Args:
        folder: DVCLive's folder; ``metrics.json`` holds the last epoch,
            ``plots/metrics/<metric>.tsv`` all of them (columns step = epoch
            from 1, and the metric).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.points: list[dict[str, float]] = []

    def state_dict(self) -> dict[str, Any]:
        """Return the points for the checkpoint."""
        return {"points": self.points}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the points from the checkpoint."""
        self.points = state_dict["points"]

    def on_fit_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Start the files, with the points of a resumed training."""
        # dvcyaml=False: the pipeline's own dvc.yaml names the plots.
        self.live = Live(str(self.folder), save_dvc_exp=False, dvcyaml=False)
        self.live.step = 1
        for point in self.points:
            self._write(point)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Add a point to every curve."""
        metrics = trainer.callback_metrics
        self.points.append({name: round(float(metrics[name]), 6) for name in METRICS})
        self._write(self.points[-1])

    def _write(self, point: dict[str, float]) -> None:
        for name, value in point.items():
            self.live.log_metric(name, value)
        self.live.next_step()


class LastEpoch(Checkpoint):
    """Keeps the state after the last finished epoch in one file, replaced atomically.

    A subclass of Lightning's ``Checkpoint``, so that it runs after all other callbacks
    and the state includes theirs.

    Args:
        path: the checkpoint file.
        batches: the sampler of the training images.
    """

    def __init__(self, path: Path, batches: Batches) -> None:
        self.path = path
        self.batches = batches

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Save weights, optimiser, schedule and callbacks."""
        with written_whole(self.path) as partial:
            trainer.save_checkpoint(partial)

    def on_load_checkpoint(
        self, trainer: Trainer, module: LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Tell the sampler where the training resumes.

        Lightning 2.6 starts the reading processes of a resumed training before
        it calls ``set_epoch``: they would read the first epoch's order again.
        """
        self.batches.set_epoch(checkpoint["epoch"] + 1)


class Progress(Callback):
    """One line that counts images over all epochs and shows the last validation.

    Args:
        title: what is trained.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.line = tqdm(disable=True)  # until the training starts

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Open the line where the training starts or resumes."""
        images = len(trainer.train_dataloader.dataset)
        epochs = trainer.max_epochs or 0
        self.line = tqdm(
            total=epochs * images,
            initial=trainer.current_epoch * images,
            desc=self.title,
            unit=" images",
        )

    def on_train_batch_end(
        self, trainer: Trainer, module: LightningModule, outputs: Any, batch: Any, index: int
    ) -> None:
        """Count the images of the batch."""
        self.line.update(len(batch[0]))

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Show how well the network does."""
        metrics = trainer.callback_metrics
        self.line.set_postfix_str(
            f"epoch {trainer.current_epoch + 1}/{trainer.max_epochs}, "
            f"error {metrics['validation/error']:.1%}, "
            f"balanced error {metrics['validation/balanced_error']:.1%}"
        )

    def on_train_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Close the line."""
        self.line.close()

    def on_exception(
        self, trainer: Trainer, module: LightningModule, exception: BaseException
    ) -> None:
        """Close the line where it stands, so that the message has a line of its own."""
        self.line.close()
