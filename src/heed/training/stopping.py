"""Signals that end a training: they reach whoever handles them, and no process stays behind."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer

from heed.process.children import expect_ends
from heed.process.signals import ENDING_SIGNALS


class SignalsPass(Callback):
    """Gives SIGTERM back to the handler that was there before the training.

    Lightning puts a handler of its own in front, after which a training ends without a word and
    with status 0, as if it were complete. Of several processes that train together, each ends
    at once and quietly: the one that started them has heard the same signal, or sends it.
    """

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}

    def setup(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Remember the handlers; called before Lightning sets its own."""
        if threading.current_thread() is not threading.main_thread():
            return  # where no handler can be set, by Lightning neither
        if trainer.world_size > 1:
            for number in ENDING_SIGNALS:
                signal.signal(number, partial(_exit_at_once, trainer.is_global_zero))
        handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
        # None: set by other code than Python's, which cannot be put back.
        self._handlers = {number: was for number, was in handlers.items() if was is not None}

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Put the handlers back; the first hook after Lightning's own."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def on_exception(
        self, trainer: Trainer, module: LightningModule, exception: BaseException
    ) -> None:
        """Let readers that have heard the same signal end, however long Lightning tidies up."""
        if not isinstance(exception, Exception):
            expect_ends()


def _exit_at_once(shows_progress: bool, number: int, frame: FrameType | None) -> None:
    """End one of several processes; not as ``sys.exit`` does, which would wait for threads."""
    expect_ends()
    for reader in multiprocessing.active_children():
        reader.kill()
    if shows_progress:
        print(file=sys.stderr, flush=True)  # so that the message has a line of its own
    os._exit(128 + number)


def outlive_the_training(worker: int) -> None:
    """Let a process that reads images wait for the training that it belongs to.

    A signal is often sent to all processes of a group at once. A reader that it ends first looks
    like a fault to the training, which then dies of that instead of the signal. So readers are
    ended by the training; where that does not happen, a little later by themselves.

    Args:
        worker: its number, which PyTorch passes.
    """
    for number in ENDING_SIGNALS:
        signal.signal(number, _exit_later)
    sys.excepthook = _told_by_a_reader


def _told_by_a_reader(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say nothing where the training hung up while it took images over: a signal has ended it.

    (What goes wrong in reading itself is not told here: PyTorch hands it to the training.)
    """
    if not issubclass(kind, EOFError | ConnectionError):
        sys.__excepthook__(kind, error, trace)


def _exit_later(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(2)


@contextmanager
def told_where(checkpoint: Path, epochs: int, title: str, next_run: str) -> Iterator[None]:
    """Add to what a signal raises how far the training had come, as a note (PEP 678).

    Args:
        checkpoint: of the last finished epoch; it may be missing.
        epochs: of the whole training.
        title: of the training.
        next_run: what resumes it.

    Raises:
        BaseException: what was raised in the body. Errors, which say themselves what is wrong,
            get no note.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as stop:
        if checkpoint.is_file():
            kept = torch.load(checkpoint, map_location="cpu", mmap=True, weights_only=True)
            stop.add_note(
                f"{title}: stopped after epoch {kept['epoch'] + 1} of {epochs}; {next_run} "
                "resumes there"
            )
        else:
            stop.add_note(
                f"{title}: stopped before the end of epoch 1 of {epochs}; {next_run} starts anew"
            )
        raise
