"""What `make` says before it does anything that takes time."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT

GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what `make` needs, as unpacked from an archive."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("target", ["audit", "affact", "affact-search", "methods"])
def test_a_folder_without_git_is_told_so_before_anything_is_installed(
    folder: Path, target: str
) -> None:
    status, output = make(folder, target)
    assert status != 0
    assert "git init && git add . && git commit" in output
    assert not (folder / ".venv").exists()
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    assert "git commit" in make(folder, target)[1], "DVC needs a commit too"
    subprocess.run([*GIT, "add", "."], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "Start"], cwd=folder, check=True)
    assert make(folder, "git")[0] == 0


def test_an_old_python_is_refused_before_pip(folder: Path) -> None:
    python = folder / "old-python"
    python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    python.chmod(0o755)
    status, output = make(folder, "setup", f"PYTHON={python}")
    assert status != 0
    assert "is Python 3.9.2; Heed needs Python 3.11 or newer" in output
    assert not (folder / ".venv").exists()


def test_stages_inherit_a_policy_for_waiting_threads(folder: Path) -> None:
    (folder / "show.mk").write_text("include Makefile\nshow:\n\t@echo $$OMP_WAIT_POLICY\n")
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    command = ["make", "-s", "-f", "show.mk", "show"]
    for given, expected in ((None, "PASSIVE"), ("ACTIVE", "ACTIVE")):
        more = {"OMP_WAIT_POLICY": given} if given else {}
        done = subprocess.run(
            command, cwd=folder, env=environment | more, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected
