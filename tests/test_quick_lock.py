"""What the tests' quick lock writes is what DVC writes."""

import contextlib
import json
import subprocess
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo
from ruamel.yaml import YAML

from tests.quick_lock import QUICK_DVC, quick_lock

STAGES = {
    "draw": {
        "cmd": "cp params.yaml drawn.txt",
        "params": ["few", "on"],
        "outs": [{"drawn.txt": {"cache": False}}],
    },
    "copy": {"cmd": "mkdir -p out; cp drawn.txt out/1", "deps": ["drawn.txt"], "outs": ["out"]},
}
PARAMS = {"few": {"rate": 1.0e-4, "name": "010", "none": None, "list": [1, "a"]}, "on": False}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A pipeline of two stages, whose parameters have values of every kind."""
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": STAGES}))
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(PARAMS))
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    Repo.init(str(tmp_path)).close()
    return tmp_path


def reproduce(quick: bool) -> str:
    """Run all stages anew; returns the lock."""
    with quick_lock() if quick else contextlib.nullcontext(), Repo() as repo:
        repo.reproduce(force=True)
    return Path("dvc.lock").read_text()


def test_it_holds_what_dvc_writes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    lock = Path("dvc.lock")
    expected = reproduce(quick=False)
    lock.unlink()
    found = reproduce(quick=True)
    assert in_order(found) == in_order(expected)
    assert reproduce(quick=True) == found, "written over what was there"
    with Repo() as repo:
        assert repo.status() == {}
    assert in_order(reproduce(quick=False)) == in_order(expected), "taken up by dvc itself"


def in_order(lock: str) -> str:
    """The content of a lock with the order of its keys, as DVC reads it."""
    return json.dumps(YAML(typ="safe").load(lock))


def test_the_command_is_dvc_with_that_lock(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    subprocess.run([*QUICK_DVC, "repro", "-q"], check=True)
    found = Path("dvc.lock").read_text()
    assert found == reproduce(quick=True)
    assert subprocess.run([*QUICK_DVC, "repro", "nothing"], check=False).returncode != 0
