"""What the tests' quick lock writes is what DVC writes."""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo
from dvc.utils import serialize
from ruamel.yaml import YAML

from tests.quick_lock import QUICK_DVC, quick_lock

STAGES = {
    "draw": {
        "cmd": "cp params.yaml drawn.txt",
        "params": ["few", "on", "few.rate", "few.list"],
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


def test_the_run_cache_has_the_same_entries(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    runs = Path(".dvc/cache/runs")
    found = []
    for quick in (False, True):
        reproduce(quick)
        entries = {path: in_order(path.read_text()) for path in runs.glob("*/*/*")}
        found.append(entries)
        shutil.rmtree(runs)
    assert found[0] == found[1]
    assert len(found[0]) == 1, "of the stage with dependencies"


def test_a_text_that_was_parsed_before_is_parsed_to_a_value_of_its_own(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    with quick_lock():
        first = serialize.load_yaml("params.yaml")
        assert first == PARAMS
        first["few"]["rate"] = 2
        assert serialize.load_yaml("params.yaml") == PARAMS
        Path("params.yaml").write_text(yaml.safe_dump({"few": 1}))
        assert serialize.load_yaml("params.yaml") == {"few": 1}


def in_order(text: str) -> str:
    """The content of a lock with the order of its keys, as DVC reads it."""
    return json.dumps(YAML(typ="safe").load(text))


def test_the_command_is_dvc_with_that_lock(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    subprocess.run([*QUICK_DVC, "repro", "-q"], check=True)
    found = Path("dvc.lock").read_text()
    assert found == reproduce(quick=True)
    assert subprocess.run([*QUICK_DVC, "repro", "nothing"], check=False).returncode != 0
