"""A pipeline of the project in a DVC repository of its own, with its real scripts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tests.forked_scripts import ForkedScript
from tests.opened_files import opened_files, undeclared_inputs, watching
from tests.places import ROOT
from tests.quick_lock import QUICK_DVC

LONG = 600
"""Seconds in which a pipeline of a few faces is done on any machine, however busy."""


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
        self._outputs, self._numbers = root.with_name(f"{root.name}-outputs"), count(1)
        self._outputs.mkdir()
        copy_frame(root, ".")
        shutil.copy(ROOT / "requirements.lock", root)
        if pipeline != ".":
            copy_frame(root, pipeline)
        for name in ("dvc.yaml", "params.yaml"):
            shutil.copy(ROOT / pipeline / name, self.folder / name)
        leave_out = shutil.ignore_patterns("*.pyc", "*.egg-info")  # what Numba compiled stays
        shutil.copytree(ROOT / "src", root / "src", ignore=leave_out)
        if (ROOT / pipeline / "regions").is_dir():
            shutil.copytree(ROOT / pipeline / "regions", self.folder / "regions")
        shutil.copytree(ROOT / pipeline / "stages", self.folder / "stages", ignore=leave_out)
        for key, values in changes.items():
            for name, value in values.items():
                self.change(key, name, value)
        self._params = (self.folder / "params.yaml").read_text()
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
        subprocess.run([*git, "init", "-q"], cwd=root, check=True)
        subprocess.run([*git, "add", "."], cwd=root, check=True)
        subprocess.run([*git, "commit", "-q", "-m", "Start"], cwd=root, check=True)

    def start(self, *arguments: str) -> ForkedScript:
        """Start ``dvc``, whose stages begin with their imports done (tests/forked_dvc.py)."""
        output = self._outputs / str(next(self._numbers))
        script = Path(__file__).with_name("forked_dvc.py")
        return ForkedScript(script, arguments, output, self.folder, self._environment())

    def dvc(self, *arguments: str) -> str:
        """Run ``dvc`` like that; returns what it and its stages print."""
        process = self.start(*arguments)
        status, output = process.wait(LONG), process.output.read_text()
        assert status == 0, output
        return output

    def dvc_itself(self, *arguments: str) -> str:
        """Run ``dvc`` as a program, and each of its stages as one."""
        output = self._outputs / str(next(self._numbers))
        # Not through a pipe, which is open as long as a worker of a queue is that was started.
        with output.open("w") as stream:
            done = subprocess.run(
                [*QUICK_DVC, *arguments],
                cwd=self.folder,
                env={**os.environ, **self._environment()},
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            )
        assert done.returncode == 0, output.read_text()
        return output.read_text()

    def _environment(self) -> dict[str, str]:
        binaries = str(Path(sys.executable).parent)
        path = os.pathsep.join([binaries, os.environ["PATH"]])
        # Threads would fight over two cores. And the copy may keep what Python compiles of it,
        # rather than compile it for each stage.
        variables = {"PATH": path, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
        return variables | watching(self._watch)

    def killed_while_writing(self, stage: str, partial: str) -> bool:
        """Force a stage to run and kill it (-9) once ``partial``, a pattern, exists.

        Returns False if the stage ended before it was caught.
        """
        process = self.start("repro", "--force", "--single-item", stage)
        while process.poll() is None:
            if any(self.folder.glob(partial)):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(LONG)
                return True
            time.sleep(0.002)  # the stage needs the core that this loop would take
        return False

    def reproduce(self, *options: str, itself: bool = False) -> set[str]:
        """Run ``dvc repro``; returns the names of the stages that ran.

        Args:
            options: of the command.
            itself: run it as :meth:`dvc_itself` does.
        """
        lines = (self.dvc_itself if itself else self.dvc)("repro", *options).splitlines()
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
        """What dvc.lock holds, in lines."""
        return json.dumps(json.loads((self.folder / "dvc.lock").read_text()), indent=1)
