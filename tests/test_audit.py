"""The whole audit with its real scripts, on a handful of drawn faces, in a DVC repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FEW = {
    "synthetic": {"train": 24, "validation": 8, "test": 16},
    "train": {"epochs": 1, "batch_size": 8},
    "aggregate": {"resamples": 20},
    "statistics": {"resamples": 20},
    "report": {"examples": 2},
}


class Audit:
    """A clone of the project with a parameter file for few faces."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("dvc.yaml", "params.yaml", ".dvcignore"):
            shutil.copy(ROOT / name, folder / name)
        leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for name in ("src", "stages"):
            shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
        for key, values in FEW.items():
            for name, value in values.items():
                self.change(key, name, value)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        self.dvc("init", "-q")

    def dvc(self, *arguments: str) -> str:
        binaries = str(Path(sys.executable).parent)
        path = os.pathsep.join([binaries, os.environ["PATH"]])
        # The copy's own code, not the installed one; threads would fight over two cores.
        environment = {**os.environ, "PATH": path, "PYTHONPATH": "src", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            ["dvc", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def reproduce(self, *options: str) -> set[str]:
        """Run ``dvc repro``; returns the names of the stages that ran."""
        lines = self.dvc("repro", *options).splitlines()
        return {line.split("'")[1] for line in lines if line.startswith("Running")}

    def change(self, key: str, name: str, value: Any) -> None:
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        params[key][name] = value
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    def lock(self) -> str:
        return (self.folder / "dvc.lock").read_text()


def of_both(stage: str) -> set[str]:
    return {f"{stage}@balanced", f"{stage}@unbalanced"}


GATHER = {"aggregate", "statistics", "figures", "report"}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    audit = Audit(tmp_path_factory.mktemp("audit"))
    audit.reproduce()
    return audit


def test_the_audit_runs_and_the_report_needs_no_other_file(audit: Audit) -> None:
    page = (audit.folder / "report/index.html").read_text()
    assert "Where do the classifiers look?" in page
    assert "http://" not in page
    assert "https://" not in page
    for attribute in ("Wearing Hat", "5 o Clock Shadow"):
        assert attribute in page
    assert not list(audit.folder.rglob("*.partial"))


def test_only_the_inventory_runs_again(audit: Audit) -> None:
    before = audit.lock()
    assert audit.reproduce() == {"inventory"}
    assert audit.lock() == before


def test_evidence_masks_and_new_targets_leave_the_networks_alone(audit: Audit) -> None:
    audit.change("mask", "version", "evidence")
    expected = {"inventory", "masks"} | of_both("score") | GATHER
    assert audit.reproduce() == expected
    audit.change("cam", "method", "hirescam")
    audit.change("cam", "target", 1)
    assert audit.reproduce() == {"inventory"} | of_both("cams") | of_both("score") | GATHER


def test_everything_again_gives_the_same_bytes(audit: Audit) -> None:
    before = audit.lock()
    ran = audit.reproduce("--force")
    assert {"synthesize", "report"} | of_both("train") < ran
    assert audit.lock() == before
