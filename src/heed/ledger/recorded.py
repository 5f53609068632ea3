"""What DVC has recorded of a pipeline's outputs, read from its lock."""

import os
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
