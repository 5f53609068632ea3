"""weights/ is ignored by git, but for what `dvc add` leaves there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT


@pytest.mark.parametrize(
    ("file", "ignored"),
    [
        ("weights/x.safetensors", True),
        ("weights/deep/x.safetensors", True),
        ("weights/notes.txt", True),
        ("weights/x.safetensors.dvc", False),
        ("weights/.gitignore", False),
        ("weights/deep/x.safetensors.dvc", False),
        ("weights/deep/.gitignore", False),
        ("weights/deep.dvc", False),
    ],
)
def test_only_what_dvc_tracks_them_by_is_for_git(tmp_path: Path, file: str, ignored: bool) -> None:
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    found = subprocess.run(["git", "check-ignore", "-q", file], cwd=tmp_path, check=False)
    assert found.returncode == (0 if ignored else 1)
