"""Keeping the state after the last finished epoch in one file, whole at any time."""

from pathlib import Path
from typing import Any

from lightning.fabric.plugins import TorchCheckpointIO
from lightning.pytorch.callbacks import ModelCheckpoint

from heed.base.files import written_whole


def last_epoch(path: Path) -> ModelCheckpoint:
    """Lightning's checkpoint of the last epoch: weights, optimiser, schedule and callbacks.

    Args:
        path: the file, which each epoch replaces.
    """
    return ModelCheckpoint(
        path.parent, path.stem, save_on_train_epoch_end=True, enable_version_counter=False
    )


class WholeFiles(TorchCheckpointIO):
    """Writes a checkpoint beside the one that it replaces.

    Lightning 2.6 writes it to the folder for temporary files. Where that is on another disk,
    the checkpoint is then copied over the last one: a kill meanwhile would leave neither.
    """

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None
    ) -> None:
        """Called by Lightning, in the first process alone."""
        with written_whole(path, guard=False) as partial:
            super().save_checkpoint(checkpoint, partial, storage_options)
