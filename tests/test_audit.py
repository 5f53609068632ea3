"""The whole audit with its real scripts, on a handful of drawn faces, in a DVC repository."""

import os
import shutil
import signal
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
    "face_figures": {"faces": 2},
    "report": {"faces_per_group": 1},
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
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
        subprocess.run([*git, "init", "-q"], cwd=folder, check=True)
        self.dvc("init", "-q")
        subprocess.run([*git, "add", "."], cwd=folder, check=True)
        subprocess.run([*git, "commit", "-q", "-m", "Start"], cwd=folder, check=True)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        binaries = str(Path(sys.executable).parent)
        path = os.pathsep.join([binaries, os.environ["PATH"]])
        # The copy's own code, not the installed one; threads would fight over two cores.
        environment = {**os.environ, "PATH": path, "PYTHONPATH": "src", "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            ["dvc", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that a test can kill dvc and its stage at once
        )

    def dvc(self, *arguments: str) -> str:
        process = self.start(*arguments)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def killed_while_writing(self, stage: str, partial: str) -> bool:
        """Force a stage to run and kill it (-9) once ``partial``, a pattern, exists.

        Returns False if the stage ended before it was caught.
        """
        process = self.start("repro", "--force", "--single-item", stage)
        while process.poll() is None:
            if any(self.folder.glob(partial)):
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return True
        return False

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


PICTURES = {"figures", "average_figures", "face_figures"}
GATHER = {"aggregate", "statistics", "report"} | PICTURES


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    audit = Audit(tmp_path_factory.mktemp("audit"))
    audit.reproduce()
    return audit


def test_the_audit_runs_and_the_report_needs_no_other_file(audit: Audit) -> None:
    page = (audit.folder / "report/index.html").read_text()
    assert "<title>Heed: where do the classifiers look?</title>" in page
    assert "http://" not in page
    assert "https://" not in page
    for attribute in ("Wearing Hat", "5 o Clock Shadow"):
        assert attribute in page
    assert not list(audit.folder.rglob("*.partial"))


def test_only_the_inventory_runs_again(audit: Audit) -> None:
    before = audit.lock()
    assert audit.reproduce() == {"inventory"}
    assert audit.lock() == before


def test_a_figure_in_another_resolution_reruns_the_pages_alone(audit: Audit) -> None:
    audit.change("figures", "dpi", 60)
    assert audit.reproduce() == {"inventory", "report"} | PICTURES


def test_evidence_masks_and_new_targets_leave_the_networks_alone(audit: Audit) -> None:
    audit.change("mask", "version", "evidence")
    averages_stay = GATHER - {"average_figures"}  # a mask has no part in an average map
    assert audit.reproduce() == {"inventory"} | of_both("score") | averages_stay
    audit.change("cam", "method", "hirescam")
    audit.change("cam", "target", 1)
    follows = of_both("cams") | of_both("score") | {"mask_versions"} | GATHER
    assert audit.reproduce() == {"inventory"} | follows


@pytest.mark.parametrize(
    ("stage", "partial", "finished"),
    [
        ("train@balanced", "data/checkpoints/balanced/*", "data/networks/balanced.safetensors"),
        ("infer@balanced", "data/maps/balanced.zarr.partial", "data/maps/balanced.zarr"),
        ("cams@balanced", "data/cams/balanced.zarr.partial", "data/cams/balanced.zarr"),
    ],
)
def test_a_killed_stage_leaves_nothing_that_dvc_accepts(
    audit: Audit, stage: str, partial: str, finished: str
) -> None:
    before = audit.lock()
    assert any(audit.killed_while_writing(stage, partial) for _ in range(5)), "never caught"
    assert not (audit.folder / finished).exists()
    assert finished in audit.dvc("status", stage), "dvc takes the stage for complete"
    # Forced, for DVC would rather bring the result of the first run back from its cache.
    assert stage in audit.reproduce("--force", "--single-item", stage)
    assert audit.lock() == before
    assert not list(audit.folder.rglob("*.partial"))


def test_everything_again_gives_the_same_bytes(audit: Audit) -> None:
    before = audit.lock()
    ran = audit.reproduce("--force")
    assert {"synthesize", "report"} | of_both("train") < ran
    assert audit.lock() == before
