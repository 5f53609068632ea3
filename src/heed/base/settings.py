"""Reading ``params.yaml``: one typed, validated model per key.

A stage asks for its own keys with :func:`load`, so that it cannot read a
parameter that ``dvc.yaml`` does not list for it. The models of the audit's keys are
in :mod:`heed.audit.settings`, those of a study in the settings of its room.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from heed.base.errors import HeedError
from heed.base.settings_text import TrapError, parse

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


ENTRY_NAME = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
"""What an entry may be called: its name becomes part of commands and file names."""

RESERVED_NAMES = {
    **dict.fromkeys(("na", "nan", "null", "none"), "reads as a missing value in the tables"),
    **dict.fromkeys(("true", "false"), "reads as a truth value in the tables"),
    **dict.fromkeys(("on", "off", "yes", "no"), "is true or false once DVC has dropped its quotes"),
    **dict.fromkeys(("inf", "infinity"), "reads as a number in the tables"),
    "error": "is what DVC takes for a failure in a file of metrics",
    "face": "is what data/averages.zarr calls the average face",
}
"""Names, in lower case, that no entry may have, each with the reason."""

RESERVED_PARTS = {
    "_minus_": "stands between two names where they are compared",
    "_published": "ends the column of a published number",
}
"""What no name may have in it, each with the reason."""


class Params(BaseModel):
    """What all keys share: unknown names are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    key: ClassVar[str]
    """Where the file has it; a model of something inside a key has none."""

    @model_validator(mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, values: Any) -> Any:
        """Reject ``true`` where a number or a choice is meant: Python takes it for 1."""
        for name, value in values.items() if isinstance(values, dict) else ():
            field = cls.model_fields.get(name)
            kinds = () if field is None else (field.annotation, *get_args(field.annotation))
            if isinstance(value, bool) and kinds and bool not in kinds:
                raise ValueError(f"{name} is {str(value).lower()}, which is not one of its values")
        return values


P = TypeVar("P", bound=Params)


class ParamsError(HeedError, ValueError):
    """A parameter is missing, unknown or out of range; the message names its key."""


def load(kind: type[P], path: str | os.PathLike[str] = "params.yaml") -> P:
    """Read the one key of ``params.yaml`` that ``kind`` describes.

    Args:
        kind: the model of a key, for instance one of :data:`KEYS`.
        path: the parameter file.

    Raises:
        ParamsError: naming the file, the key, what was found and what is allowed.
    """
    return validated(kind, kind.key, read(path).get(kind.key), path)


def load_entry(kind: type[P], name: str, path: str | os.PathLike[str] = "params.yaml") -> P:
    """Read ``<key>.<name>`` of a key that maps names to entries of one kind.

    Raises:
        ParamsError: like :func:`load`, and for a name that is not there.
    """
    entries = _named(kind, path)
    if name not in entries:
        raise ParamsError(
            f"{path}: {kind.key}.{name} is missing; {kind.key} has {', '.join(entries)}"
        )
    return validated(kind, f"{kind.key}.{name}", entries[name], path)


def load_entries(kind: type[P], path: str | os.PathLike[str] = "params.yaml") -> dict[str, P]:
    """Read all entries of a key that maps names to entries, in the order of the file."""
    return {name: load_entry(kind, name, path) for name in _named(kind, path)}


def _named(kind: type[Params], path: str | os.PathLike[str]) -> Mapping[str, Any]:
    entries = read(path).get(kind.key)
    if not isinstance(entries, dict) or not entries:
        raise ParamsError(
            f"{path}: {kind.key}: found {entries!r}; expected a mapping of names to entries"
        )
    check_names(list(entries), kind.key, path)
    return entries


def check_names(names: list[str], key: str, path: str | os.PathLike[str]) -> None:
    """Refuse names of entries that commands, files or columns cannot have.

    Args:
        names: of the entries.
        key: that they are under.
        path: the parameter file, for messages.

    Raises:
        ParamsError: for a name with other signs, a reserved one, or two that differ in their
            capital letters alone.
    """
    lower: dict[str, str] = {}
    for name in names:
        if not re.fullmatch(ENTRY_NAME, name):
            raise ParamsError(
                f"{path}: {key}: found the name {name!r}; expected a letter, then letters, "
                "digits, - or _, 64 at most: it becomes part of commands and file names"
            )
        reasons = [RESERVED_NAMES.get(name.lower())]
        reasons += [reason for part, reason in RESERVED_PARTS.items() if part in name.lower()]
        if reason := next(filter(None, reasons), None):
            raise ParamsError(
                f"{path}: {key}.{name}: found the name {name}, which {reason}; choose another name"
            )
        if (other := lower.setdefault(name.lower(), name)) != name:
            raise ParamsError(
                f"{path}: {key}.{name}: found it beside {other}; on some disks their files would "
                "be the same: choose names that differ in more than capital letters"
            )


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The whole file, unvalidated: a mapping of keys.

    Raises:
        ParamsError: if there is no such file, it is not YAML in UTF-8, or it has a spelling that
            Heed and DVC would read differently (:mod:`heed.base.settings_text`).
    """
    try:
        content = parse(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParamsError(f"{path}: no such file; run from the folder that holds it") from None
    except UnicodeDecodeError as error:
        raise ParamsError(
            f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except TrapError as error:
        raise ParamsError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise ParamsError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise ParamsError(f"{path}: expected a mapping of keys, found {type(content).__name__}")
    return content


def named_file_digest(file: str | None, key: str) -> str | None:
    """SHA-256 (hex) of a file that a parameter names: a new file of an old name is a change.

    Args:
        file: the parameter's value; None gives None.
        key: the parameter, for the message.

    Raises:
        ParamsError: there is no such file, or it cannot be read.
    """
    if file is None:
        return None
    path = os.path.expanduser(file)
    if not os.path.isfile(path):
        raise ParamsError(f"params.yaml: {key}: {file}: {_missing(path)}")
    try:
        with open(path, "rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ParamsError(f"params.yaml: {key}: {file}: {error.strerror}") from None


def _missing(path: str) -> str:
    """Why a file is not there, and what to do."""
    if os.path.islink(path):
        return (
            f"found a link to {os.readlink(path)}, which leads to no file; link it to the file "
            "again, or name the file itself"
        )
    if os.path.isdir(path):
        return "found a folder; expected a file in it"
    if os.path.isfile(f"{path}.dvc"):
        return (
            f"found no such file, but {path}.dvc: fetch it with dvc pull {path}.dvc; behind "
            "`dvc exp run --temp` name no stage, for DVC brings only that stage's own files along"
        )
    if os.path.isabs(path):
        return "found no such file"
    return (
        "found no such file beside params.yaml. `dvc exp run --temp` and `--queue` see only files "
        "that git or DVC track, and git ignores weights/: give the absolute path, or run "
        f"dvc add {path}, commit {path}.dvc and name no stage behind --temp"
    )


def validated(kind: type[P], key: str, content: Any, path: str | os.PathLike[str]) -> P:
    """Check what a file has, or is put together, for a key.

    Args:
        kind: what it shall be.
        key: for messages.
        content: as YAML has it; None for a key that is missing.
        path: the parameter file, for messages.

    Raises:
        ParamsError: naming the file, the key, what was found and what is allowed.
    """
    if content is None:
        raise ParamsError(
            f"{path}: the key {key} is missing; it holds {', '.join(kind.model_fields)}"
        )
    try:
        return kind.model_validate(content, strict=False)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            place = ".".join([key, *map(str, problem["loc"])])
            # The input of a missing key is the whole entry that lacks it.
            found = "" if problem["type"] == "missing" else f"found {problem['input']!r}: "
            lines.append(f"{path}: {place}: {found}{problem['msg']}")
        raise ParamsError("\n".join(lines)) from None
