"""Whether stored results are those of an audit's params.yaml: what its ``dvc.lock`` says of them.

Nothing is hashed: parameters, numbers of files and their bytes are compared, which takes
milliseconds whatever the number of faces.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from heed.audit.stored import LOCK, REMEDY
from heed.base.files import PARTIAL

PARAMS: Final = "params.yaml"

STAGES: Final = (
    "crop", "landmarks", "frontal", "masks", "train", "infer", "cams", "score", "score_versions",
    "aggregate",
)  # fmt: skip
"""The stages whose outputs are shown."""


def lock_of(root: Path) -> dict[str, Any]:
    """The stages in ``dvc.lock`` whose outputs are shown, by name; none where it cannot be read."""
    try:
        content = yaml.load(
            (root / LOCK).read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        stages = content["stages"].items()
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return {}
    return {
        name: stage
        for name, stage in stages
        if isinstance(name, str) and name.partition("@")[0] in STAGES and _whole(stage)
    }


def _whole(stage: Any) -> bool:
    """Whether a stage has what is read of it: DVC writes the file in place, and may be half-way."""
    if not isinstance(stage, dict):
        return False
    outs, params = stage.get("outs", []), stage.get("params", {})
    return (
        isinstance(outs, list)
        and all(isinstance(out, dict) and isinstance(out.get("path"), str) for out in outs)
        and isinstance(params, dict)
        and isinstance(params.get(PARAMS, {}), dict)
    )


def other_parameters(lock: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    """A sentence for each parameter that params.yaml has otherwise than the results.

    Args:
        lock: of :func:`lock_of`.
        params: the content of params.yaml.

    Example:
        >>> made = {"params": {"params.yaml": {"mask": {"version": 2}}}}
        >>> print(*other_parameters({"score@balanced": made}, {"mask": {"version": 3}}))
        params.yaml has mask.version: 3, but score was made with 2; run `dvc repro`
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, stage in lock.items():
        for key, then in stage.get("params", {}).get(PARAMS, {}).items():
            now: Any = params
            for part in key.split("."):
                now = now.get(part) if isinstance(now, Mapping) else None
            for place, (before, after) in _differences(key, then, now):
                stages = found.setdefault((place, str(before), str(after)), [])
                if (stage_name := name.partition("@")[0]) not in stages:
                    stages.append(stage_name)
    return [
        f"{PARAMS} has {place}: {after}, but {' and '.join(stages)} "
        f"{'was' if len(stages) == 1 else 'were'} made with {before}; run `dvc repro`"
        for (place, before, after), stages in found.items()
    ]


def _differences(key: str, then: Any, now: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys([*then, *now]):
            yield from _differences(f"{key}.{name}", then.get(name), now.get(name))
    elif then != now:
        yield key, (_said(then), _said(now))


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)


def other_outputs(root: Path, lock: Mapping[str, Any]) -> dict[str, str]:
    """What lies on the disk otherwise than ``dvc.lock`` has it, by the path of the output.

    Args:
        root: folder of the audit.
        lock: of :func:`lock_of`.

    Returns:
        A sentence for each output that is missing, is being written or has other files or bytes.
    """
    found = {}
    for stage in lock.values():
        for out in stage.get("outs", ()):
            name, files, size = out["path"], out.get("nfiles", 1), out.get("size")
            path = root / name
            partial = path.with_name(path.name + PARTIAL)
            if partial.exists():
                found[name] = (
                    f"{partial}: half-written: the stage runs just now, or was killed; wait, or "
                    "run `dvc repro`"
                )
                continue
            if not path.exists():
                found[name] = f"{path}: not there, though {LOCK} has it; {REMEDY}"
                continue
            files_found, size_found = _files_and_bytes(path)
            if files_found != files:
                found[name] = (
                    f"{path}: found {files_found} files; {LOCK} has {files}: they are of "
                    f"another run, or some were lost; {REMEDY}"
                )
            elif size is not None and size_found != size:
                found[name] = (
                    f"{path}: found {size_found:,} bytes; {LOCK} has {size:,}: these are results "
                    "of another run or another commit; run `dvc checkout`, or `dvc repro`"
                )
    return found


def _files_and_bytes(path: Path) -> tuple[int, int]:
    if not path.is_dir():
        return 1, path.stat().st_size
    sizes = [
        os.stat(os.path.join(folder, file)).st_size
        for folder, _, files in os.walk(path, followlinks=True)
        for file in files
        if os.path.exists(os.path.join(folder, file))
    ]
    return len(sizes), sum(sizes)


def stamp_of(files: Iterable[Path]) -> str:
    """Sixteen signs that change when one of some files is rewritten, added or removed.

    Args:
        files: in any order; they need not exist.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        try:
            stat = file.stat()
            said = f"{file}\0{stat.st_mtime_ns}\0{stat.st_size}\0{stat.st_ino}\n"
        except OSError:
            said = f"{file}\0\n"
        digest.update(said.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]
