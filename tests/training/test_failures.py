"""Errors from other processes, as a user reads them."""

import traceback
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import multiprocessing
from torch.utils.data import DataLoader

from heed.geometry.photograph import PhotographError
from heed.training import failures
from heed.training.crops import Batch
from heed.training.failures import plain_errors
from heed.training.photographs import AugmentedPhotographs


def damaged(folder: Path) -> AugmentedPhotographs:
    path = folder / "000008.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    unmoved = np.eye(3)[None, :2]
    return AugmentedPhotographs([str(path)], unmoved, np.ones((1, 40), np.int8), 32, None, 0)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_damaged_photograph_is_one_line_of_heeds_own(tmp_path: Path, workers: int) -> None:
    batches = [Batch(0, [0])]
    loader = DataLoader(damaged(tmp_path), sampler=batches, batch_size=None, num_workers=workers)
    with pytest.raises(PhotographError) as raised, plain_errors():
        next(iter(loader))
    text = str(raised.value)
    assert text.startswith(f"{tmp_path}/000008.jpg: found 16 bytes that cannot be decoded")
    assert "\n" not in text
    # stages print an error without traceback only where Heed's own code raised it
    assert traceback.extract_tb(raised.value.__traceback__)[-1].filename == failures.__file__


def diverge(rank: int) -> None:
    raise ValueError(f"the training diverged: its loss is nan in process {rank}")


def fail(rank: int) -> None:
    torch.zeros(2) @ torch.zeros(3)


def test_what_a_training_process_found_wrong_is_raised_here() -> None:
    message = r"^the training diverged: its loss is nan in process 0$"
    with pytest.raises(ValueError, match=message), plain_errors():
        multiprocessing.spawn(diverge, nprocs=1)


def test_a_fault_keeps_its_traceback() -> None:
    with pytest.raises(multiprocessing.ProcessRaisedException, match="Traceback"), plain_errors():
        multiprocessing.spawn(fail, nprocs=1)
