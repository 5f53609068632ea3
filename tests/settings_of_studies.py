"""A study's use_setting.py, up to where DVC takes over."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

from tests.places import ROOT


def celeba(folder: Path) -> None:
    """The files of CelebA by name, without content."""
    names = ["Anno/list_attr_celeba.txt", "Eval/list_eval_partition.txt"]
    names += ["Anno/list_bbox_celeba.txt", "Anno/list_landmarks_celeba.txt"]
    names += ["Anno/list_landmarks_align_celeba.txt"]
    for name in [*names, "Img/img_celeba/000001.jpg", "Img/img_align_celeba/000001.jpg"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def start(root: Path, name: str, weights: Iterable[str]) -> Path:
    """A study's parameter files in a git repository, with ImageNet weights by name."""
    study = root / "studies" / name
    shutil.copytree(ROOT / "studies" / name / "settings", study / "settings")
    for file in ("use_setting.py", "params.yaml"):
        shutil.copy(ROOT / "studies" / name / file, study)
    (root / "weights").mkdir()
    for network in weights:
        (root / f"weights/{network}.safetensors").touch()
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run([*git, "init", "-q"], cwd=root, check=True)
    subprocess.run([*git, "add", "."], cwd=root, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Start"], cwd=root, check=True)
    for key in ("name", "email"):
        subprocess.run(["git", "config", f"user.{key}", "test"], cwd=root, check=True)
    return study


class HandedOver(Exception):  # noqa: N818  (no error: the script's end)
    """To DVC, with these arguments."""


def use(study: Path, *arguments: str) -> list[str]:
    """Run the script of this study, as ``make`` does from the root of the repository.

    DVC's part is done by DVC's own function that ``dvc exp run -S`` calls; nothing is trained.
    Returns what ``-S`` was given.
    """
    spec = importlib.util.spec_from_file_location("use_setting", study / "use_setting.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def hand_over(program: str, command: list[str]) -> None:
        assert command[:5] == [sys.executable, "-m", "dvc", "exp", "run"]
        assert program == command[0]
        assert Path.cwd() == study.resolve()
        raise HandedOver(*command[5:])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["use_setting.py", *arguments])
        patch.setattr(os, "execv", hand_over)
        patch.chdir(study.parents[1])
        try:
            script.main()
        except HandedOver as handed_over:
            given = list(handed_over.args)
        else:
            assert "--dry-run" in arguments
            return []
    assert given[::2] == ["-S"] * (len(given) // 2)
    if given:
        apply_overrides(study / "params.yaml", given[1::2])
    return given[1::2]
