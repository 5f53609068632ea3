"""What DVC has recorded of a pipeline's outputs, read from its lock."""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

LOCK: Final = "dvc.lock"
"""Where DVC records the inputs and outputs of stages, in the pipeline's folder."""


def recorded_digests(
    output: str | os.PathLike[str], folder: str | os.PathLike[str] = "."
) -> frozenset[str]:
    """The MD5 sums under which DVC has recorded an output.

    Args:
        output: its path, absolute or relative to the current folder.
        folder: the pipeline's folder.

    Returns:
        Hexadecimal digits, with ``.dir`` behind them for a folder. Empty where nothing is
        recorded, or where the lock was cut off while DVC wrote it.
    """
    lock = os.path.abspath(os.path.join(folder, LOCK))
    try:
        status = os.stat(lock)
    except OSError:
        return frozenset()
    return _outputs(lock, status.st_mtime_ns, status.st_size).get(
        os.path.abspath(output), frozenset()
    )


def digest_of(output: str | os.PathLike[str]) -> str:
    """The MD5 sum under which DVC records a file or a folder.

    A folder's is that of the list of its files, sorted by path, each with its own sum, in JSON.

    Args:
        output: its path.

    Returns:
        Hexadecimal digits, with ``.dir`` behind them for a folder.
    """
    output = Path(output)
    if not output.is_dir():
        with output.open("rb") as content:
            return hashlib.file_digest(content, "md5").hexdigest()
    return digest_of_files(
        {
            file.relative_to(output).as_posix(): digest_of(file)
            for file in output.rglob("*")
            if file.is_file()
        }
    )


def digest_of_files(digests: Mapping[str, str | None]) -> str:
    """The sum of a folder, see :func:`digest_of`.

    Args:
        digests: by path below the folder, with slashes, the sum of each of its files.
    """
    listed = [{"md5": digests[path], "relpath": path} for path in sorted(digests)]
    text = json.dumps(listed)
    return f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}.dir"


@lru_cache(maxsize=4)
def _outputs(lock: str, changed: int, size: int) -> dict[str, frozenset[str]]:
    """The sums of all outputs by absolute path; the file is read again when it has changed."""
    import yaml  # here: the library alone does without, and outside a pipeline there is no lock

    found: dict[str, frozenset[str]] = {}
    try:
        content = yaml.load(
            Path(lock).read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
        )
        for stage in content["stages"].values():
            for out in stage.get("outs", ()):
                if "md5" in out:
                    path = os.path.abspath(os.path.join(os.path.dirname(lock), out["path"]))
                    found[path] = found.get(path, frozenset()) | {out["md5"]}
    except (OSError, ValueError, yaml.YAMLError, AttributeError, KeyError, TypeError):
        return {}
    return found
