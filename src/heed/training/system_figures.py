"""How busy the machine is while it trains."""

import threading
from pathlib import Path

import torch
from dvclive import monitor_system
from lightning import Callback, LightningModule, Trainer

from heed.training.live import LocalLive


class SystemFigures(Callback):
    """Writes the use of processors, memory, disk and GPUs with DVCLive, about once a second.

    These are timings, which no two trainings share: their folder must not be a result.

    Args:
        folder: DVCLive's folder; a resumed training goes on with it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._live: LocalLive | None = None
        self._threads: list[threading.Thread] = []

    def on_fit_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Start to measure, in a thread of its own."""
        if not trainer.is_global_zero:
            return
        # DVCLive 3.49 asks for NVIDIA's driver wherever its Python package is installed, and
        # without a driver measures nothing at all, not even the processor.
        monitor_system.GPU_AVAILABLE &= torch.cuda.is_available()
        before = threading.enumerate()
        self._live = LocalLive(
            str(self.folder),
            resume=self.folder.exists(),
            dvcyaml=False,
            monitor_system=True,
        )
        self._threads = [
            thread for thread in threading.enumerate() if thread not in before and not thread.daemon
        ]

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Count the epoch."""
        if self._live is not None:
            self._live.next_step()

    def on_fit_end(self, trainer: Trainer, module: LightningModule) -> None:
        """End the measurements."""
        self._end()

    def on_exception(
        self, trainer: Trainer, module: LightningModule, exception: BaseException
    ) -> None:
        """End the measurements, or the process would never end."""
        self._end()

    def _end(self) -> None:
        if self._live is not None:
            self._live.end()
            self._live = None
        for thread in self._threads:  # which may write once more, but not after the training
            thread.join()
        self._threads = []
