"""An audit as git has it: its parameters, numbers, tables and figures at one commit."""

import io
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from heed.audit import paths
from heed.base.errors import InputError

WORKSPACE: Final = "workspace"
"""Stands for the files as they lie in the folder now."""

EXPERIMENTS: Final = "refs/exps"
"""Where DVC keeps its experiments."""


@dataclass(frozen=True)
class Revision:
    """One state of the audit in the current folder's repository.

    Attributes:
        name: as it was asked for: a branch, tag, commit or DVC experiment, or :data:`WORKSPACE`.
        commit: its short hash; None for the workspace.
        subject: the first line of its message; empty for the workspace.
    """

    name: str
    commit: str | None
    subject: str

    @classmethod
    def of(cls, name: str) -> "Revision":
        """Look a revision up.

        Raises:
            InputError: git knows neither a commit nor a DVC experiment of that name.
        """
        if name == WORKSPACE:
            return cls(name, None, "")
        found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is None:
            listed = _git("for-each-ref", "--format=%(refname)", EXPERIMENTS) or b""
            references = listed.decode().split("\n")
            named = [each for each in references if each.rsplit("/", 1)[-1] == name]
            found = _git("rev-parse", "--verify", named[0]) if named else None
        if found is None:
            raise InputError(
                f"{name}: git knows no commit, branch, tag or DVC experiment of that name here; "
                f"expected one, such as HEAD~1 (`heed experiments` lists them), or {WORKSPACE}"
            )
        commit = found.decode().strip()
        described = _git("log", "-1", "--format=%h%n%s", commit) or b""
        short, _, subject = described.decode().partition("\n")
        return cls(name, short, subject.strip())

    def read(self, path: str) -> bytes | None:
        """The content of a file, by its path from the current folder; None where it has none."""
        if self.commit is None:
            file = Path(path)
            return file.read_bytes() if file.is_file() else None
        return _git("show", f"{self.commit}:./{path}")

    def numbers(self) -> Mapping[str, Any]:
        """``metrics/audit.json``.

        Raises:
            InputError: this revision has none.
        """
        return self._json(paths.AUDIT)

    def parameters(self) -> Mapping[str, Any]:
        """``params.yaml``; empty where there is none."""
        found: Mapping[str, Any] = yaml.safe_load(self.read("params.yaml") or b"") or {}
        return found

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of ``metrics/tables``; None where there is none."""
        content = self.read(paths.table(name))
        return None if content is None else pd.read_csv(io.BytesIO(content))

    def figures(self) -> dict[str, bytes]:
        """The figures in git, PNG files by their names, in order."""
        folder = paths.PICTURES["numbers"]
        if self.commit is None:
            names = [file.name for file in Path(folder).glob("*.png")]
        else:
            listed = _git("ls-tree", "--name-only", self.commit, f"{folder}/") or b""
            names = [
                Path(each).name for each in listed.decode().split("\n") if each.endswith(".png")
            ]
        found = {Path(name).stem: self.read(f"{folder}/{name}") for name in sorted(names)}
        return {name: content for name, content in found.items() if content is not None}

    def _json(self, path: str) -> Mapping[str, Any]:
        content = self.read(path)
        if content is None:
            raise InputError(
                f"{self.name}: holds no {path}; expected a revision in which the audit has run "
                "(`dvc repro`) and its metrics are committed"
            )
        try:
            found: Mapping[str, Any] = json.loads(content)
        except ValueError as error:
            raise InputError(f"{self.name}: {path} is no JSON ({error})") from None
        return found


def _git(*arguments: str) -> bytes | None:
    """What git answers; None where it refuses."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise InputError(f"git: cannot be run ({error}); expected it on the path") from None
    return None if done.returncode else done.stdout
