"""Which files Heed may replace: those that it wrote, and those that can be got back.

In a folder that Heed writes may lie something that it did not write: a data set that was
unpacked to the wrong place, weights of the user's own, a table with corrections. It would be
lost when a result takes its place. So before anything is replaced or emptied, every file there
has to be accounted for:

- the *ledger*, a small file per output in ``.dvc/tmp/heed``, lists what Heed wrote, by size and
  time of modification;
- DVC has the content: its cache, or its lock, which says that it is a stage's own result;
- git has the content: the file is committed and unchanged.

What is left is somebody's work, a *stranger* to Heed. Outside a DVC repository there is no
ledger, and nothing is looked at.
"""

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from heed.base.recorded import recorded_digests

LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What operating systems leave in folders that somebody has looked into."""

_Seen = tuple[int, int]  # size in bytes, time of modification in nanoseconds


class StrangerError(ValueError):
    """Files that Heed did not write are where it would write; the message names them."""


def refuse_strangers(target: str | os.PathLike[str], writer: str = "Heed") -> None:
    """Refuse to replace what Heed did not write and nobody else keeps a copy of.

    Args:
        target: a file or folder that is about to be replaced or emptied; may be absent.
        writer: who would replace it, for the message, e.g. ``the stage crop``.

    Raises:
        StrangerError: naming the first files that would be lost.
    """
    unknown = strangers(target)
    if not unknown:
        return
    target = Path(target)
    if unknown == [target]:
        found = f"{target}: found a file that Heed did not write, or that was changed since"
    else:
        first = ", ".join(str(path.relative_to(target)) for path in unknown[:3])
        rest = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        found = f"{target}: found what Heed did not write, or what was changed since: {first}{rest}"
    raise StrangerError(
        f"{found}. {writer} would replace it, and nothing has been touched: move it to a folder "
        "of yours (or delete it, if it may go), then run this again"
    )


def strangers(target: str | os.PathLike[str]) -> list[Path]:
    """The files at ``target``, or below it, that would be lost if it were replaced; sorted.

    A link to a folder counts as one file: what it leads to is not replaced with it.
    """
    target = Path(target)
    ledger = _ledger_file(target)
    if ledger is None:
        return []
    versions = _read(ledger)
    unknown = [
        path
        for path in _files(target)
        if _seen(path) not in [version.get(_name(path, target)) for version in versions]
    ]
    if not unknown:
        return []
    unknown = _not_in_dvc(target, unknown)
    unknown = _not_in_git(unknown) if unknown else []
    if not unknown:
        note(target)
    return unknown


def note(target: str | os.PathLike[str], content: str | os.PathLike[str] | None = None) -> None:
    """Note in the ledger that Heed wrote ``target``.

    What it wrote the time before stays in the ledger: until ``content`` is renamed to
    ``target``, that is what is there.

    Args:
        target: the output.
        content: where its content is at the moment, if not there.
    """
    target = Path(target)
    ledger = _ledger_file(target)
    if ledger is None:
        return
    content = target if content is None else Path(content)
    now = {_name(path, content): _seen(path) for path in _files(content)}
    ledger.parent.mkdir(parents=True, exist_ok=True)
    partial = ledger.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps([*_read(ledger)[-1:], now]), encoding="utf-8")
    os.replace(partial, ledger)


def _ledger_file(target: Path) -> Path | None:
    """Where the ledger of an output is; None outside a DVC repository."""
    # Absolute without resolving links: the link itself is what would be replaced.
    absolute = Path(os.path.abspath(target))
    for folder in absolute.parents:
        if (folder / ".dvc").is_dir():
            name = hashlib.sha256(absolute.relative_to(folder).as_posix().encode()).hexdigest()
            return folder / ".dvc" / "tmp" / "heed" / f"{name[:24]}.json"
    return None


def _read(ledger: Path) -> list[dict[str, _Seen]]:
    """What Heed wrote there, by name below the output: the time before the last, the last."""
    try:
        versions: list[dict[str, Any]] = json.loads(ledger.read_text(encoding="utf-8"))
        return [{name: (int(s), int(t)) for name, (s, t) in v.items()} for v in versions]
    except (OSError, ValueError, TypeError, AttributeError):
        return []  # not there, or damaged: then DVC and git are asked


def _files(target: Path) -> list[Path]:
    if target.is_symlink() or not target.is_dir():
        return [target] if os.path.lexists(target) else []
    found = []
    for folder, names, files in os.walk(target):
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        found += [Path(folder, name) for name in [*files, *links] if name not in LITTER]
    return sorted(found)


def _name(path: Path, target: Path) -> str:
    return path.relative_to(target).as_posix()


def _seen(path: Path) -> _Seen:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def _not_in_dvc(target: Path, files: list[Path]) -> list[Path]:
    """The files whose content is neither in DVC's cache nor what its lock says of ``target``."""
    recorded = recorded_digests(target)
    if recorded & {_digest(target), _folder_digest(target)}:
        return []
    kept = _dvc_cache(Path.cwd())
    if kept is None:
        return files
    return [
        path
        for path in files
        if (digest := _digest(path)) is None or not (kept / digest[:2] / digest[2:]).exists()
    ]


def _digest(path: Path) -> str | None:
    """The MD5 of a file, by which DVC knows it; None for what is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return hashlib.file_digest(content, "md5").hexdigest()


def _folder_digest(target: Path) -> str | None:
    """The MD5 by which DVC knows a folder: that of the sorted list of its files' MD5."""
    if target.is_symlink() or not target.is_dir():
        return None
    listed = [{"md5": _digest(path), "relpath": _name(path, target)} for path in _files(target)]
    text = json.dumps(sorted(listed, key=lambda entry: str(entry["relpath"])), sort_keys=True)
    return f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}.dir"


@cache
def _dvc_cache(folder: Path) -> Path | None:
    """Where DVC keeps the content of outputs by MD5; it may be shared and far away."""
    answer = _answer([sys.executable, "-m", "dvc", "cache", "dir"])
    return Path(folder, answer.strip(), "files", "md5") if answer else None


def _not_in_git(files: list[Path]) -> list[Path]:
    """The files that are not in git, or not as they are in its last commit."""
    committed = _answer(["git", "ls-files", "-z"])
    changed = _answer(["git", "diff", "--name-only", "--relative", "-z", "HEAD"])
    if committed is None or changed is None:
        return files
    kept = set(committed.split("\0")) - set(changed.split("\0"))
    return [path for path in files if os.path.relpath(path) not in kept]


def _answer(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
