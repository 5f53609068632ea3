"""Which checkpoints are kept, with dvc.lock as DVC writes it."""

import hashlib
import os
from pathlib import Path

import pytest
import yaml

from heed.training.checkpoints import checkpoint_folder, keep_until_recorded

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
    folder = finished("one", 1)
    assert folder == FOLDER / "one"
    assert checkpoint_folder("a", "one", WEIGHTS) == folder
    record("another")
    assert checkpoint_folder("a", "one", WEIGHTS) == folder
    record("one", "data/networks/b.safetensors")
    checkpoint_folder("a", "one", WEIGHTS)
    assert (folder / "last.ckpt").read_text() == "one"
    record("one")
    checkpoint_folder("a", "one", WEIGHTS)
    assert not folder.exists()


@pytest.mark.parametrize(
    "text", ["", "stages:\n  train@a:\n    outs:\n    - pa", "stages: {", "- 1"]
)
def test_a_lock_file_that_was_cut_off_loses_no_training(text: str) -> None:
    folder = finished("one", 1)
    Path("dvc.lock").write_text(text)
    checkpoint_folder("a", "one", WEIGHTS)
    assert (folder / "last.ckpt").exists()


def test_an_interrupted_training_is_resumed_whatever_is_recorded() -> None:
    folder = begun("one", 1)
    record("one")
    checkpoint_folder("a", "one", WEIGHTS)
    assert (folder / "last.ckpt").exists()


def test_of_other_trainings_the_latest_is_kept_and_none_that_is_recorded() -> None:
    for hour, name in enumerate(("one", "two", "three")):
        begun(name, hour)
    assert kept() == ["three", "two"]  # the latest beside the one that runs
    finished("four", 9)
    assert kept() == ["four", "three"]
    record("four")
    finished("five", 10)
    assert kept() == ["five", "three"]
    begun("three", 11)
    record("five")
    checkpoint_folder("a", "three", WEIGHTS)
    assert kept() == ["three"]


def test_other_networks_keep_theirs() -> None:
    finished("one", 1)
    checkpoint_folder("b", "two", Path("data/networks/b.safetensors"))
    assert kept() == ["one"]
