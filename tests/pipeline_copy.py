"""A pipeline of the project in a DVC repository of its own, with its real scripts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from tests.opened_files import opened_files, undeclared_inputs, watching
from tests.places import ROOT
from tests.quick_lock import QUICK_DVC


def copy_frame(root: Path, pipeline: str) -> None:
    """Copy what makes a pipeline a DVC repository, as a clone has it.

    Args:
        root: of the copy.
        pipeline: its folder in the project, "." for the audit.
    """
    own, folder = ROOT / pipeline, root / pipeline
    (folder / ".dvc").mkdir(parents=True)
    for name in (".dvc/config", ".dvc/.gitignore", ".dvcignore", ".gitignore"):
        if (own / name).exists():
            shutil.copy(own / name, folder / name)
    if (own / "src").is_symlink():
        (folder / "src").symlink_to((own / "src").readlink())


class PipelineCopy:
    """A repository of its own with one of the project's pipelines, for few faces.

    Args:
        root: an empty folder.
        pipeline: the pipeline's folder in the project, "." for the audit.
        changes: parameters to change, by key and name.
    """

    def __init__(self, root: Path, pipeline: str, changes: dict[str, dict[str, Any]]) -> None:
        self.root, self.folder = root, root / pipeline
        self._watch = root.with_name(f"{root.name}-watch")
        copy_frame(root, ".")
        shutil.copy(ROOT / "requirements.lock", root)
        if pipeline != ".":
            copy_frame(root, pipeline)
        for name in ("dvc.yaml", "params.yaml"):
            shutil.copy(ROOT / pipeline / name, self.folder / name)
        leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "src", root / "src", ignore=leave_out)
        shutil.copytree(ROOT / pipeline / "stages", self.folder / "stages", ignore=leave_out)
        for key, values in changes.items():
            for name, value in values.items():
                self.change(key, name, value)
        self._params = (self.folder / "params.yaml").read_text()
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
        subprocess.run([*git, "init", "-q"], cwd=root, check=True)
        subprocess.run([*git, "add", "."], cwd=root, check=True)
        subprocess.run([*git, "commit", "-q", "-m", "Start"], cwd=root, check=True)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        binaries = str(Path(sys.executable).parent)
        path = os.pathsep.join([binaries, os.environ["PATH"]])
        # Threads would fight over two cores. (A stage takes the library from its own copy.)
        environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"}
        environment |= watching(self._watch)
        # The copy may keep what Python compiles of it, rather than compile it for each stage.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return subprocess.Popen(
            [*QUICK_DVC, *arguments],
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
            time.sleep(0.002)  # the stage needs the core that this loop would take
        return False

    def reproduce(self, *options: str) -> set[str]:
        """Run ``dvc repro``; returns the names of the stages that ran."""
        lines = self.dvc("repro", *options).splitlines()
        return {line.split("'")[1] for line in lines if line.startswith("Running")}

    def stale(self) -> set[str]:
        """The stages that ``dvc status`` names: an input, a parameter or an output has changed."""
        lines = self.dvc("status", "--json").splitlines()  # a word on a killed dvc may come first
        return set(json.loads(next(line for line in lines if line.startswith("{"))))

    def undeclared_inputs(self, but: Collection[str] = ()) -> dict[str, set[str]]:
        """What stages have opened and do not name; ``but``: dependencies taken for undeclared."""
        opened = opened_files(self._watch, self.root.resolve())
        return undeclared_inputs(opened, self.folder, but)

    def change(self, key: str, name: str, value: Any) -> None:
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        params[key][name] = value
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    def as_at_first(self) -> None:
        """Take back what was changed in params.yaml since the beginning."""
        (self.folder / "params.yaml").write_text(self._params)

    def lock(self) -> str:
        return (self.folder / "dvc.lock").read_text()
