"""One process at a time runs a stage.

Where only ``dvc`` is ended (a plain ``kill``), the stage that it had started goes on. A second
``dvc repro`` would start it once more, beside itself: two trainings in one folder of checkpoints.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from heed.base.errors import HeedError

PATIENCE: Final = 15.0
"""Seconds to wait: processes that read for a training that was killed take a while to notice."""


class RunningError(HeedError):
    """The stage is running already; the message says what to do."""


@contextmanager
def alone(stage: str, repository: str | os.PathLike[str] = ".") -> Iterator[None]:
    """Hold a stage for this process; outside a DVC repository it does nothing.

    Args:
        stage: its name, such as ``train@balanced``.
        repository: the folder with ``.dvc``.

    Raises:
        RunningError: another process holds it.
    """
    private = Path(repository, ".dvc")
    if not private.is_dir():
        yield
        return
    folder = private / "tmp/heed"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{stage}.lock")
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise RunningError(
            f"{stage}: is running already, in another process that outlived its `dvc repro`. "
            f"Wait for it, or end it (it is among `ps -ef | grep {stage.partition('@')[0]}.py`), "
            "then run this again"
        ) from None
    try:
        yield
    finally:
        lock.release()
