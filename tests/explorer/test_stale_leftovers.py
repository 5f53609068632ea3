"""What a killed DVC leaves is removed; what a running one has is left alone."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heed.explorer.stale_leftovers import RWLOCK, mend, running_dvc


@pytest.fixture
def sleeper() -> subprocess.Popen[bytes]:
    code = "import time; time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code, "dvc", "repro", "--force"])
    yield process
    process.kill()
    process.wait()


def write(folder: Path, pid: int, command: str = "/bin/dvc repro --force") -> Path:
    path = folder / RWLOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"pid": pid, "cmd": command}
    path.write_text(json.dumps({"read": {"a": [entry]}, "write": {"b": entry}}))
    return path


def test_a_running_dvc_is_told_and_its_list_stays(tmp_path: Path, sleeper) -> None:
    path = write(tmp_path, sleeper.pid)
    assert running_dvc(tmp_path) == (sleeper.pid, "dvc repro --force")
    mend(tmp_path)
    assert path.exists()


def test_a_number_that_is_another_process_by_now_is_none(tmp_path: Path, sleeper) -> None:
    path = write(tmp_path, sleeper.pid, "/bin/dvc exp run")
    assert running_dvc(tmp_path) is None
    path = write(tmp_path, sleeper.pid)
    os.utime(path, (time.time() - 3600,) * 2)  # written before that process began
    assert running_dvc(tmp_path) is None
    mend(tmp_path)
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"read": 1}', '{"read": {}}', "\x00"])
def test_a_list_that_was_cut_off_is_removed(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, 1)
    path.write_text(text)
    assert running_dvc(tmp_path) is None
    mend(tmp_path)
    assert not path.exists()


def test_an_empty_list_and_none_stay_as_they_are(tmp_path: Path) -> None:
    mend(tmp_path)
    path = write(tmp_path, 1)
    path.write_text('{"read": {}, "write": {}}')
    mend(tmp_path)
    assert path.exists()
