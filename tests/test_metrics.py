"""What DVC's own commands say about the results of both pipelines that lie in git."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT

PIPELINES = (".", "studies/affact")

COMMANDS = [
    ("metrics", "show"),
    ("metrics", "diff", "HEAD~1"),
    ("params", "diff", "HEAD~1"),
    ("plots", "show", "-o", "shown"),
    ("plots", "diff", "HEAD~1", "-o", "compared"),
    ("exp", "show", "--no-pager", "-n", "2"),
]


def tracked_json() -> list[str]:
    """Every JSON file that the project's git tracks and that a stage writes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.json"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rooms = ("metrics", "plots")
    return [file for file in listed.splitlines() if set(Path(file).parts[:-1]) & set(rooms)]


def keys(content: Any, path: str = "") -> Iterator[str]:
    """The paths of all keys, at any depth."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield f"{path}{key}"
            yield from keys(value, f"{path}{key}.")
    elif isinstance(content, list):
        for value in content:
            yield from keys(value, path)


def test_no_key_of_a_metrics_file_is_a_word_of_dvc() -> None:
    files = [file for file in tracked_json() if (ROOT / file).exists()]
    assert {"metrics/audit.json", "studies/affact/metrics/affact.json"} < set(files)
    assert "plots/training/balanced/1/metrics.json" in files
    for file in files:
        found = list(keys(json.loads((ROOT / file).read_text())))
        assert found
        # DVC 3.67 takes `error` for the reason why a file could not be read, at any depth.
        assert [path for path in found if path.rpartition(".")[2] == "error"] == [], file


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two commits of the project's pipelines, parameters and results, without any cache."""
    folder = tmp_path_factory.mktemp("clone")
    for pipeline in PIPELINES:
        for name in ("dvc.yaml", "dvc.lock", "params.yaml"):
            (folder / pipeline).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / pipeline / name, folder / pipeline / name)
        for name in ("metrics", "plots"):
            shutil.copytree(ROOT / pipeline / name, folder / pipeline / name)
    run(folder, "git", "init", "-q")
    run(folder, "dvc", "init", "-q")
    shutil.copy(ROOT / ".dvc/config", folder / ".dvc/config")
    shutil.copytree(ROOT / ".dvc/plots", folder / ".dvc/plots", dirs_exist_ok=True)
    shutil.copy(ROOT / ".gitignore", folder)
    commit(folder)
    for pipeline, file in (
        (".", "metrics/headline.json"),
        ("studies/affact", "metrics/affact.json"),
    ):
        path = folder / pipeline / file
        path.write_text(path.read_text().replace("0.1", "0.2"))
    for pipeline in PIPELINES:
        path = folder / pipeline / "params.yaml"
        changed = path.read_text().replace("  dpi: 150", "  dpi: 151")
        assert changed != path.read_text()
        path.write_text(changed)
        for curve in (folder / pipeline / "plots/training").rglob("*.tsv"):
            curve.write_text(curve.read_text().replace("0.1", "0.2"))
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    run(folder, "git", "add", ".")
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    run(folder, "git", *identity, "commit", "-q", "-m", "Results")


def run(folder: Path, *command: str) -> tuple[str, str]:
    """Run a command; returns what it wrote to both streams."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "GIT_CONFIG_GLOBAL": os.devnull}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout, ended.stderr


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_dvc_reads_everything_without_a_word_of_failure(
    clone: Path, pipeline: str, command: tuple[str, ...]
) -> None:
    output, complaints = run(clone / pipeline, "dvc", *command)
    assert output.strip()
    for word in ("failed", "error", "warning"):
        assert word not in complaints.lower(), complaints


def test_the_metrics_of_both_pipelines_are_shown_and_compared(clone: Path) -> None:
    """So that the commands above have something to fail at."""
    shown = json.loads(run(clone, "dvc", "metrics", "show", "--json")[0])
    files = set(shown[""]["data"])
    assert "metrics/headline.json" in files
    for pipeline, file in ((".", "headline"), ("studies/affact", "affact")):
        text, _ = run(clone / pipeline, "dvc", "metrics", "diff", "HEAD~1", "--json")
        changes = json.loads(text)[f"metrics/{file}.json"]
        assert changes
        assert all(change["old"] != change["new"] for change in changes.values())
    committed = json.loads((ROOT / "studies/affact/metrics/affact.json").read_text())
    expected = committed["networks"]["affact"]["A"]["error_rate"]
    assert changes["networks.affact.A.error_rate"]["old"] == expected
