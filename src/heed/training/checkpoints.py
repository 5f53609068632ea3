"""Where the checkpoint of a stage's training lies, and how long it is kept.

A checkpoint outlives its training until DVC has recorded the stage's output: a run that is ended
in between loses no epoch. What DVC has recorded and is told to run once more trains anew.
"""

import re
import shutil
from pathlib import Path
from typing import Final

from heed.base.files import write_text
from heed.ledger.recorded import digest_of, recorded_digests
from heed.training.fingerprint import FINGERPRINT

ROOT: Final = Path("data/checkpoints")
"""No output of a stage, for DVC removes outputs before it runs one."""

CHECKPOINT: Final = "last.ckpt"
"""The file in the folder, of the last epoch that ended."""

EPOCHS: Final = "epochs"
"""The folder in it with the weights of every so many epochs; missing where none are kept."""

_FINISHED = "finished.md5"


def checkpoint_folder(name: str, fingerprint: str, weights: Path) -> Path:
    """The folder for the checkpoint of a training, with what it may resume.

    Args:
        name: of the network; with the number of a replicate behind it, ``name/2``, where a stage
            trains several.
        fingerprint: of the training, see :mod:`heed.training.fingerprint`.
        weights: the stage's output, a file or a folder.

    Returns:
        ``data/checkpoints/<name>/<fingerprint>``. It is empty or missing if the training is new,
        or if DVC has recorded the weights that it gave: then it is wanted once more, anew.
    """
    folder = ROOT / name / fingerprint
    if _is_recorded(folder, weights):
        shutil.rmtree(folder)
    _drop_stale(folder, weights)
    return folder


def keep_until_recorded(folder: Path, weights: Path) -> None:
    """Note that a training is complete.

    Args:
        folder: of the checkpoint.
        weights: the stage's output, a file or a folder, as it is written.
    """
    write_text(f"{digest_of(weights)}\n", folder / _FINISHED, guard=False)
    _drop_stale(folder, weights)


def _drop_stale(folder: Path, weights: Path) -> None:
    """Remove the network's other checkpoints, except the latest that may still be resumed.

    It is wanted when settings are changed, and changed back. What DVC has recorded is not.
    """
    others = [
        other
        for other in folder.parent.glob("*/")
        if other.name != folder.name and re.fullmatch(FINGERPRINT, other.name)
    ]
    unrecorded = [
        other
        for other in others
        if (other / CHECKPOINT).exists() and not _is_recorded(other, weights)
    ]
    kept = max(unrecorded, key=lambda other: (other / CHECKPOINT).stat().st_mtime, default=None)
    for other in others:
        if other != kept:
            shutil.rmtree(other)


def _is_recorded(folder: Path, weights: Path) -> bool:
    """Whether a training is complete, and DVC has recorded the weights that it gave."""
    finished = folder / _FINISHED
    return finished.is_file() and finished.read_text().strip() in recorded_digests(weights)
