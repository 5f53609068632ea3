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
            InputError: git knows neither a commit nor a DVC experiment of that name, or the
                current folder is not that of an audit in a git repository.
        """
        here = Path.cwd()
        if not Path("params.yaml").is_file():
            raise InputError(
                f"{here}: found no params.yaml; expected the folder of an audit, which has it "
                "beside dvc.yaml: run this there"
            )
        if name == WORKSPACE:
            return cls(name, None, "")
        if _git("rev-parse", "--git-dir") is None:
            raise InputError(
                f"{here}: is in no git repository, so that {name} is none of its commits; expected "
                f"a clone with the audit's history. Of the files as they lie: {WORKSPACE}"
            )
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
            InputError: this revision has none, or one without the numbers of any model.
        """
        found = self._json(paths.AUDIT)
        models = found.get("models") if isinstance(found, Mapping) else None
        if not (
            isinstance(models, Mapping)
            and models
            and all(isinstance(each, Mapping) for each in models.values())
            and "faces" in found
        ):
            raise InputError(
                f"{self.name}: {paths.AUDIT} has no numbers of models; expected the file that the "
                "stage aggregate writes: run `dvc repro`, and commit its metrics"
            )
        return found

    def parameters(self) -> Mapping[str, Any]:
        """``params.yaml``; empty where there is none.

        Raises:
            InputError: it is no mapping of keys.
        """
        return self._yaml("params.yaml")

    def recorded(self) -> Mapping[str, Any]:
        """The parameters that each stage ran with, by stage, from ``dvc.lock``.

        Returns:
            By stage the parameters' dotted names and values; empty where there is no lock.
        """
        stages = self._yaml("dvc.lock").get("stages") or {}
        return {
            name: (stage.get("params") or {}).get("params.yaml") or {}
            for name, stage in stages.items()
        }

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

    def _yaml(self, path: str) -> Mapping[str, Any]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            found = yaml.load(self.read(path) or b"", loader) or {}
        except yaml.YAMLError as error:
            raise InputError(f"{self.name}: {path} is no YAML ({error})") from None
        if not isinstance(found, Mapping):
            raise InputError(
                f"{self.name}: {path} holds a {type(found).__name__}; expected a mapping of keys"
            )
        return found

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
