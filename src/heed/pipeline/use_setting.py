"""A study is run with a file of its ``settings/``: what a study's ``use_setting.py`` shares.

Nothing starts unless all that the setting names is there. Its values go to DVC as ``dvc exp run -S
…``, which writes them into params.yaml and records them with the results; the rest of params.yaml
is left as it is. The same command again goes on.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from heed.base.settings import ParamsError, read
from heed.pipeline.setting import overrides, value_at, with_setting

GIVEN: Final = (
    "data.root",
    "data.source",
    "persons.root",
    "persons.pairs",
    "persons.pairs_root",
)
"""What the command itself may name; it takes the place of whatever is there."""

DRY_RUN: Final = "--dry-run"

Tried = TypeVar("Tried")


@dataclass(frozen=True)
class Study:
    """A study with settings.

    Attributes:
        folder: of its params.yaml, dvc.yaml and ``settings/``.
        whole: dotted keys of mappings that a setting replaces as a whole.
        target: the command that runs it as it is, for messages.
    """

    folder: Path
    whole: tuple[str, ...]
    target: str

    @property
    def params(self) -> Path:
        """The parameter file."""
        return self.folder / "params.yaml"

    def arguments(self, given: Sequence[str]) -> tuple[str, str, bool]:
        """The setting, the folder and whether it is a dry run; what is not given is empty.

        Args:
            given: of the command line, such as ``plan /data/eyes --dry-run``.

        Raises:
            ParamsError: more of them, or another flag: a mistyped one would start the study.
        """
        flags = [argument for argument in given if argument.startswith("-")]
        names = [argument for argument in given if not argument.startswith("-")]
        wrong = [*(flag for flag in flags if flag != DRY_RUN), *names[2:]]
        if wrong:
            raise ParamsError(
                f"use_setting.py: found {wrong[0]!r}; expected a setting, a folder and {DRY_RUN}: "
                f"{self.folder.name}/use_setting.py SETTING FOLDER [{DRY_RUN}]"
            )
        name, folder = (*names, "", "")[:2]
        return name, folder, bool(flags)

    def settings(self) -> dict[str, dict[str, Any]]:
        """The contents of all settings by name."""
        files = sorted((self.folder / "settings").glob("*.yaml"))
        return {path.stem: read(path) for path in files}

    def setting(self, name: str) -> dict[str, Any]:
        """The content of one.

        Raises:
            ParamsError: there is none of that name.
        """
        names = [path.stem for path in sorted((self.folder / "settings").glob("*.yaml"))]
        if name not in names:
            raise ParamsError(f"SETTING: found {name!r}; expected {' or '.join(names)}")
        return read(self.folder / "settings" / f"{name}.yaml")

    def applied(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with a setting, and with what the command names itself.

        Args:
            name: of the setting.
            given: nested parameters.

        Raises:
            ParamsError: naming the setting, for a key that params.yaml does not have.
        """
        try:
            merged = with_setting(read(self.params), self.setting(name), self.whole)
        except ParamsError as error:
            raise ParamsError(f"settings/{name}.yaml: {error}") from None
        return with_setting(merged, given)

    def tried(
        self, name: str, params: Mapping[str, Any], check: Callable[[Path, Path], Tried]
    ) -> Tried:
        """What a check of parameters gives before they are in params.yaml.

        Args:
            name: of the setting, which messages name as the file.
            params: all of them.
            check: of a parameter file and dvc.yaml.

        Raises:
            ParamsError: as the check does.
        """
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary, f"{name}.yaml")
            path.write_text(yaml.safe_dump(dict(params), sort_keys=False), encoding="utf-8")
            try:
                return check(path, self.folder / "dvc.yaml")
            except ParamsError as error:
                message = str(error).replace(str(path), f"settings/{name}.yaml")
                raise ParamsError(message) from None

    def check_start(self, name: str, key: str, file: str | None, network: str) -> None:
        """Refuse ImageNet weights of a setting that are not there, with the way to get them.

        Args:
            name: of the setting.
            key: of the weights.
            file: as the setting has it; None passes.
            network: that starts from them.

        Raises:
            ParamsError: naming the key.
        """
        from heed.networks.state import WeightsError  # here: they import torch
        from heed.networks.weights import check_pretrained

        if file is None:
            return
        try:
            check_pretrained(os.path.relpath(self.folder / os.path.expanduser(file)), network)
        except WeightsError as error:
            message = str(error).replace("in params.yaml", f"in settings/{name}.yaml")
            raise ParamsError(f"settings/{name}.yaml: {key}: {message}") from None

    def hand_over(self, name: str, params: Mapping[str, Any], *, dry_run: bool = False) -> None:
        """Let DVC run the study with these parameters; this process becomes DVC's.

        Args:
            name: of the setting.
            params: of :meth:`applied`.
            dry_run: print the command instead.

        Raises:
            ParamsError: a value of the user's would be lost, or git knows no author.
        """
        before = read(self.params)
        changes = overrides(before, params, self.whole)
        self._check_kept(before, changes)
        arguments = [
            part for of_key in changes.values() for each in of_key for part in ("-S", each)
        ]
        if dry_run:
            print(shlex.join(["dvc", "exp", "run", *arguments]))
            return
        self._check_author()
        if changes:
            print(f"use_setting: settings/{name}.yaml sets {', '.join(changes)} in {self.params}")
            print(
                "use_setting: what the study finds replaces metrics/ and plots/ of the one before"
            )
        sys.stdout.flush()
        os.chdir(self.folder)
        command = [sys.executable, "-m", "dvc", "exp", "run", *arguments]
        os.execv(command[0], command)

    def _check_kept(self, before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Refuse to replace a value of the user's that git could not bring back.

        Values that one of the settings has put there may go, and what the command itself names.

        Args:
            before: all parameters as they are.
            changes: those that the setting would replace, by their dotted keys.
        """
        sources: list[Mapping[str, Any]] = list(self.settings().values())
        others = {key: value_at(before, key) for key in changes if key not in GIVEN}
        if not any(key for name, value in others.items() for key in _own(value, name, sources)):
            return
        sources.append(self._committed())
        for name, value in others.items():
            for key in _own(value, name, sources):
                raise ParamsError(
                    f"{self.params}: {key} is changed and not committed, and the setting would "
                    "replace it: commit it, or drop it with git checkout studies/"
                    f"{self.folder.name}/params.yaml. To go on with it as it is, run {self.target} "
                    "without SETTING"
                )

    def _committed(self) -> Any:
        """What git has of params.yaml."""
        command = ["git", "show", f"HEAD:./{self.params.name}"]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            raise ParamsError(
                f"{self.params}: git cannot tell whether it has changes of yours, which the "
                "setting would replace: run git init && git add . && git commit -m Start in the "
                "root first"
            ) from None
        return yaml.safe_load(done.stdout)

    def _check_author(self) -> None:
        """Refuse where git knows no author: DVC records experiments as commits, and would stop."""
        for key in ("user.name", "user.email"):
            command = ["git", "config", key]
            done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
            if not done.stdout:
                raise ParamsError(
                    f"git config {key}: found nothing, and DVC records the run as a commit of git: "
                    f'set it with git config {key} "…"'
                )


def _own(value: Any, key: str, sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The dotted keys of what a value holds that none of the sources has there."""
    found = [value_at(source, key) for source in sources]
    if value in found:
        return
    mappings = [of for of in found if isinstance(of, Mapping)]
    if isinstance(value, Mapping) and any(of.keys() == value.keys() for of in mappings):
        for name, within in value.items():
            yield from _own(within, f"{key}.{name}", sources)
    else:
        yield key
