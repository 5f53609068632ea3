"""Keeping the progress line readable: no advertisements, no hints that nobody can follow."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.utilities.warnings import PossibleUserWarning

_LOGGER = logging.getLogger("lightning.pytorch")


@contextmanager
def quiet_lightning() -> Iterator[None]:
    """Silence Lightning's messages and hints in this process for a while."""
    level = _LOGGER.level
    try:
        with warnings.catch_warnings():
            _quieten()
            yield
    finally:
        _LOGGER.setLevel(level)


class QuietProcesses(Callback):
    """Silences them in the processes of several devices, which end with the training."""

    def setup(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Called in each of them."""
        if trainer.world_size > 1:
            _quieten()


def _quieten() -> None:
    _LOGGER.setLevel(logging.ERROR)
    warnings.simplefilter("ignore", PossibleUserWarning)
    # The folder of a training that resumes, perhaps in a project that was moved.
    warnings.filterwarnings("ignore", message="Checkpoint directory .* is not empty")
    warnings.filterwarnings("ignore", message="The dirpath has changed from")
    # Lightning 2.6 on PyTorch 2.12; nothing that a user could mend.
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")
