import subprocess
from pathlib import Path

import numpy as np
import pytest

from heed.pages.provenance import commit, versions


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set where a hook runs the tests
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/code.py").write_text("1")
    git("init", "-q")
    save("code")
    return tmp_path


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def save(message: str) -> None:
    git("add", "-A")
    git("commit", "-qm", message)


def test_results_do_not_change_the_commit(repository) -> None:
    first = commit()
    assert first == f"commit {git('log', '-1', '--format=%h')}"
    (repository / "metrics.json").write_text("{}")
    assert commit() == first
    save("results")
    assert commit() == first
    assert git("log", "-1", "--format=%h") not in first


def test_changed_code_is_told_apart(repository) -> None:
    first = commit()
    (repository / "params.yaml").write_text("a: 1")
    assert commit() == f"{first}, with local changes"
    save("parameters")
    assert commit() == f"commit {git('log', '-1', '--format=%h')}"
    assert commit() != first


def test_outside_a_repository(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit() == "not in a git repository"
    monkeypatch.setenv("PATH", "")
    assert commit() == "not in a git repository"


def test_versions_are_those_installed() -> None:
    assert versions()["numpy"] == np.__version__
