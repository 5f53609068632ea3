"""A stage that outlived its `dvc repro` is not started beside itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from heed.pipeline import alone as module
from heed.pipeline.alone import RunningError, alone

HOLD = """
import sys, time
from heed.pipeline.alone import alone
with alone("train@one"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".dvc").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_a_running_stage_is_refused_and_others_are_not(holder) -> None:
    expected = r"train@one: is running already.*train\.py"
    with pytest.raises(RunningError, match=expected), alone("train@one"):
        pass
    with alone("train@another"):
        pass


def test_a_killed_stage_holds_nothing(holder) -> None:
    holder.kill()
    holder.wait()
    with alone("train@one"):
        pass


def test_outside_a_repository_nothing_is_written(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with alone("train@one"), alone("train@one"):
        pass
    assert list(tmp_path.iterdir()) == []
