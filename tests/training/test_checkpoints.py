"""Which checkpoints are kept, with dvc.lock as DVC writes it."""

import hashlib
import os
from pathlib import Path

import pytest
import yaml

from heed.training.checkpoints import checkpoint_folder, keep_until_recorded

ONE = "1111111111111111"
TWO = "2222222222222222"
THREE = "3333333333333333"
FOUR = "4444444444444444"
FIVE = "5555555555555555"
ANOTHER = "aaaaaaaaaaaaaaaa"

WEIGHTS = Path("data/networks/a.safetensors")
FOLDER = Path("data/checkpoints/a")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def begun(fingerprint: str, hour: int) -> Path:
    """A training of which an epoch has ended."""
    folder = checkpoint_folder("a", fingerprint, WEIGHTS)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "last.ckpt").write_text(fingerprint)
    os.utime(folder / "last.ckpt", (3600 * hour, 3600 * hour))
    return folder


def finished(fingerprint: str, hour: int) -> Path:
    """A training that is complete, and has written its weights."""
    folder = begun(fingerprint, hour)
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    WEIGHTS.write_text(f"weights of {fingerprint}")
    keep_until_recorded(folder, WEIGHTS)
    return folder


def record(fingerprint: str, path: str = WEIGHTS.as_posix()) -> None:
    digest = hashlib.md5(f"weights of {fingerprint}".encode()).hexdigest()
    outs = [{"path": path, "hash": "md5", "md5": digest, "size": 1}]
    Path("dvc.lock").write_text(
        yaml.safe_dump({"schema": "2.0", "stages": {"train@a": {"cmd": "x", "outs": outs}}})
    )


def kept() -> list[str]:
    return sorted(folder.name for folder in FOLDER.iterdir())


def test_a_finished_training_is_kept_until_dvc_has_recorded_it() -> None:
    folder = finished(ONE, 1)
    assert folder == FOLDER / ONE
    assert checkpoint_folder("a", ONE, WEIGHTS) == folder
    record(ANOTHER)
    assert checkpoint_folder("a", ONE, WEIGHTS) == folder
    record(ONE, "data/networks/b.safetensors")
    checkpoint_folder("a", ONE, WEIGHTS)
    assert (folder / "last.ckpt").read_text() == ONE
    record(ONE)
    checkpoint_folder("a", ONE, WEIGHTS)
    assert not folder.exists()


@pytest.mark.parametrize(
    "text", ["", "stages:\n  train@a:\n    outs:\n    - pa", "stages: {", "- 1"]
)
def test_a_lock_file_that_was_cut_off_loses_no_training(text: str) -> None:
    folder = finished(ONE, 1)
    Path("dvc.lock").write_text(text)
    checkpoint_folder("a", ONE, WEIGHTS)
    assert (folder / "last.ckpt").exists()


def test_an_interrupted_training_is_resumed_whatever_is_recorded() -> None:
    folder = begun(ONE, 1)
    record(ONE)
    checkpoint_folder("a", ONE, WEIGHTS)
    assert (folder / "last.ckpt").exists()


def test_of_other_trainings_the_latest_is_kept_and_none_that_is_recorded() -> None:
    for hour, name in enumerate((ONE, TWO, THREE)):
        begun(name, hour)
    assert kept() == [TWO, THREE]  # the latest beside the one that runs
    finished(FOUR, 9)
    assert kept() == [THREE, FOUR]
    record(FOUR)
    finished(FIVE, 10)
    assert kept() == [THREE, FIVE]
    begun(THREE, 11)
    record(FIVE)
    checkpoint_folder("a", THREE, WEIGHTS)
    assert kept() == [THREE]


def test_other_networks_keep_theirs() -> None:
    finished(ONE, 1)
    checkpoint_folder("b", TWO, Path("data/networks/b.safetensors"))
    assert kept() == [ONE]


def test_what_is_no_checkpoint_is_the_users() -> None:
    begun(ONE, 1)
    mine = FOLDER / "the best so far" / "last.ckpt"
    mine.parent.mkdir()
    mine.write_text("years of work")
    finished(TWO, 2)
    record(TWO)
    checkpoint_folder("a", THREE, WEIGHTS)
    assert mine.read_text() == "years of work"
