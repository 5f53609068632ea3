"""Errors from other processes, as a user reads them."""

from pathlib import Path

import numpy as np
import pytest
from torch import multiprocessing
from torch.utils.data import DataLoader

from heed.affact.photographs import AugmentedPhotographs
from heed.geometry.photograph import PhotographError
from heed.training.crops import Batch
from heed.training.failures import plain_errors


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
    assert raised.value.__suppress_context__


def find_something_wrong(rank: int) -> None:
    upright = np.eye(3)[None, :2]
    AugmentedPhotographs(["0.jpg"], upright, np.zeros((1, 40), np.int8), 32, None, 0)


def read_what_is_missing(rank: int) -> None:
    upright = np.eye(3)[None, :2]
    faces = AugmentedPhotographs(["no.jpg"], upright, np.ones((1, 40), np.int8), 32, None, 0)
    faces[Batch(0, [0])]


def fail_in_another_package(rank: int) -> None:
    np.zeros(2) @ np.zeros(3)  # a ValueError, but none of Heed's


def fail_in_heed(rank: int) -> None:
    upright = np.eye(3)[None, :2]
    faces = AugmentedPhotographs(["0.jpg"], upright, np.ones((1, 40), np.int8), 32, None, 0)
    faces.jitter(0, 0) and faces.path(7)


@pytest.mark.parametrize(
    ("work", "kind", "message"),
    [
        (find_something_wrong, ValueError, r"^labels: found a value other than -1 and \+1$"),
        (read_what_is_missing, PhotographError, r"^no\.jpg: found no file that can be read"),
    ],
)
def test_what_a_training_process_found_wrong_is_raised_here(work, kind, message) -> None:
    with pytest.raises(kind, match=message), plain_errors():
        multiprocessing.start_processes(work, nprocs=1, start_method="fork")


@pytest.mark.parametrize("work", [fail_in_another_package, fail_in_heed])
def test_a_fault_keeps_its_traceback(work) -> None:
    with pytest.raises(multiprocessing.ProcessRaisedException, match="Traceback"), plain_errors():
        multiprocessing.start_processes(work, nprocs=1, start_method="fork")
