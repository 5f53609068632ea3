"""Which files Heed may replace: those that it wrote, and those that can be got back.

In a folder that Heed writes may lie something that it did not write: a data set that was
unpacked to the wrong place, weights of the user's own, a table with corrections. It would be
lost when a result takes its place. So before anything is replaced or emptied, every file there
has to be accounted for:

- the *ledger*, a small file per output in ``.dvc/tmp/heed``, lists what Heed wrote, by size and
  time of modification;
- DVC has the content: its cache, or its lock, which says that it is a stage's own result;
- git has the content: the file is as the last commit has it.

What is left is somebody's work, a *stranger* to Heed. Outside a DVC repository there is no
ledger, and nothing is looked at.
"""

import contextlib
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

_LARGE: Final = 500_000_000
"""Bytes of a file that takes so long to read that it is said."""

_Seen = tuple[int, int]  # size in bytes, time of modification in nanoseconds


class StrangerError(ValueError):
    """Files that Heed did not write are where it would write; the message names them."""


def refuse_strangers(target: str | os.PathLike[str], writer: str = "Heed") -> None:
    """Refuse to replace what Heed did not write and nobody else keeps a copy of.

    Args:
        target: a file or folder that is about to be replaced or emptied; may be absent.
        writer: who would replace it, for the message, e.g. ``The stage crop``.

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
        f"{found}. {writer} would replace it; nothing has been touched. Move it to a folder "
        "of yours (or delete it, if it may go), then run this again"
    )


def strangers(target: str | os.PathLike[str]) -> list[Path]:
    """The files at ``target``, or below it, that would be lost if it were replaced; sorted.

    Looking changes nothing that Heed knows to be its own: what git or DVC can bring back today
    may be nowhere else tomorrow, and is asked for again.

    A link to a folder counts as one file: what it leads to is not replaced with it.
    """
    target = Path(target)
    if _ledger_file(target) is None:
        return []
    unknown = _not_written(target, _files(target))
    unknown = _not_in_git(unknown) if unknown else []
    return _not_in_dvc(target, unknown) if unknown else []


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
    _write(ledger, [*_read(ledger)[-1:], now])


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(content), encoding="utf-8")
    os.replace(partial, file)


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


def _not_written(target: Path, files: list[Path]) -> list[Path]:
    """The files that no ledger lists: neither the output's nor that of a part of it.

    A stage may write a folder piece by piece, and be stopped in between.
    """
    ledgers: dict[Path, list[dict[str, _Seen]]] = {}

    def is_written(path: Path) -> bool:
        above = [path, *path.parents]
        for place in above[: above.index(target) + 1]:
            if place not in ledgers:
                ledger = _ledger_file(place)
                ledgers[place] = _read(ledger) if ledger else []
            if any(version.get(_name(path, place)) == _seen(path) for version in ledgers[place]):
                return True
        return False

    return [path for path in files if not is_written(path)]


def _not_in_dvc(target: Path, files: list[Path]) -> list[Path]:
    """The files whose content is neither in DVC's cache nor what its lock says of ``target``."""
    digests = _Digests(target)
    kept = _dvc_cache(Path.cwd())
    unknown = [
        path
        for path in files
        if not kept
        or (digest := digests.of(path)) is None
        or not (kept / digest[:2] / digest[2:]).exists()
    ]
    recorded = recorded_digests(target) if unknown else frozenset()
    if recorded and recorded & {digests.of(target), digests.of_folder()}:
        unknown = []
    digests.keep()
    return unknown


class _Digests:
    """The MD5 sums by which DVC knows files; each file is read once, and again when it changes.

    Args:
        target: the output that the files are of.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        ledger = _ledger_file(target)
        self._file = ledger.with_suffix(".md5.json") if ledger else None
        self._known: dict[str, list[Any]] = {}
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):
                content = json.loads(self._file.read_text(encoding="utf-8"))
                self._known = content if isinstance(content, dict) else {}

    def of(self, path: Path) -> str | None:
        """The MD5 of a file; None for what is no file."""
        if not path.is_file():
            return None
        status = path.stat()  # of what a link leads to, for that is read
        name, seen = _name(path, self.target), [status.st_size, status.st_mtime_ns]
        known = self._known.get(name)
        if not isinstance(known, list) or known[:2] != seen:
            if status.st_size > _LARGE:
                print(f"reading {path}, to see whether DVC has it", file=sys.stderr)
            with path.open("rb") as content:
                known = [*seen, hashlib.file_digest(content, "md5").hexdigest()]
            self._known[name] = known
        return str(known[2])

    def of_folder(self) -> str | None:
        """The MD5 of the folder: that of the sorted list of its files' MD5."""
        if self.target.is_symlink() or not self.target.is_dir():
            return None
        listed = [
            {"md5": self.of(path), "relpath": _name(path, self.target)}
            for path in _files(self.target)
        ]
        text = json.dumps(sorted(listed, key=lambda entry: str(entry["relpath"])), sort_keys=True)
        return f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}.dir"

    def keep(self) -> None:
        """Write down what was read, for the next time."""
        if self._file is not None:
            _write(self._file, self._known)


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
