"""What an edit to the library makes stale, by DVC's own word.

In a repository with the project's dvc.yaml, params.yaml and library, and stand-ins for the scripts.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from tests.places import ROOT
from tests.quick_lock import alone, forget_trees, quick_lock

STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PICTURES = {"figures", "average_figures", "face_figures"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Repo]]:
    """A repository in which every stage is up to date."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("dvc.yaml", "params.yaml", ".dvcignore", "requirements.lock", "stages"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    with (
        quick_lock(), alone(), contextlib.chdir(folder), contextlib.closing(Repo.init(".")) as repo,
    ):  # fmt: skip
        for stage in repo.index.stages:  # what the stages would have written
            for out in stage.outs:
                path = folder / out.def_path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(stage.name) if path.suffix else path.mkdir(exist_ok=True)
            for dep in stage.deps:
                path = folder / dep.def_path
                if not path.exists():  # a part of another stage's output
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text("a part") if path.suffix else path.mkdir()
        repo.commit(force=True)
        assert stale(repo) == set()
        yield folder, repo


def stale(repo: Repo) -> set[str]:
    """The names of the stages that DVC would run, but for what always runs."""
    found = repo.status()
    forget_trees()
    return {name.split(":")[-1].split("@")[0] for name in found} - {"inventory"}


@contextlib.contextmanager
def edited(file: Path, line: str) -> Iterator[None]:
    before = file.read_text()
    file.write_text(f"{before}\n{line}\n")
    try:
        yield
    finally:
        file.write_text(before)


UNUSED = "class Unused(Params):\n    pass"


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("audit/page/settings.py", UNUSED, {"report"}),
        ("audit/page/answer.py", "# a remark", {"report"}),
        ("audit/figures/class_gap.py", "# a remark", PICTURES | {"report"}),
        ("figures/theme.py", "# a remark", PICTURES | {"report"}),
        ("affact/settings.py", UNUSED, set()),
        ("affact/augmentation.py", "# a remark", set()),
        ("pipeline/stage.py", "# a remark", set()),
        ("search/space.py", "# a remark", set()),
        ("celeba/inventory.py", "# a remark", set()),
        ("training/losses.py", "# a remark", {"train"}),
        ("audit/tables/estimates.py", "# a remark",
         {"score", "score_versions", "scales", "mask_versions", "mask_overlap", "aggregate",
          "causal", "crossed", "statistics", "report"}
         | PICTURES),
    ],
)  # fmt: skip
def test_an_edit_makes_stale_what_uses_it(
    repository: tuple[Path, Repo], file: str, line: str, expected: set[str]
) -> None:
    folder, repo = repository
    with edited(folder / "src/heed" / file, line):
        assert stale(repo) == expected
    assert stale(repo) == set()


def test_other_versions_of_libraries_make_stale_what_they_decide(
    repository: tuple[Path, Repo],
) -> None:
    folder, repo = repository
    with edited(folder / "requirements.lock", "another==1.0"):
        assert stale(repo) == {"synthesize", "crop", "train", "infer", "causal"}
