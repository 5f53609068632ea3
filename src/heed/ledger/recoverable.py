"""What would not be lost if it were replaced: because git or DVC can bring it back."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from heed.ledger.recorded import digest_of_files, recorded_digests

LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What operating systems leave in folders that somebody has looked into."""

_LARGE: Final = 500_000_000
"""Bytes of a file that takes so long to read that it is said."""


def files_in(target: Path) -> list[Path]:
    """A file itself, or all files below a folder, sorted; links are files. Empty for nothing."""
    if target.is_symlink() or not target.is_dir():
        return [target] if os.path.lexists(target) else []
    found = []
    for folder, names, files in os.walk(target):
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        found += [Path(folder, name) for name in [*files, *links] if name not in LITTER]
    return sorted(found)


def write_notes(file: Path, content: object) -> None:
    """Write a JSON file of Heed's own bookkeeping, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(content), encoding="utf-8")
    os.replace(partial, file)


def not_in_dvc(target: Path, files: list[Path], notes: Path) -> list[Path]:
    """The files whose content is neither in DVC's cache nor what its lock says of ``target``.

    Args:
        target: an output.
        files: some of its files.
        notes: where the MD5 sums of files are kept between runs.
    """
    digests = _Digests(target, notes)
    recorded = recorded_digests(target)
    if recorded and (digests.of(target) or digests.of_folder()) in recorded:
        # As for most: DVC gives files another time when it takes them into its cache, or back.
        unknown = []
    else:
        kept = _dvc_cache(Path.cwd())
        unknown = [
            path
            for path in files
            if not kept
            or (digest := digests.of(path)) is None
            or not (kept / digest[:2] / digest[2:]).exists()
        ]
    digests.keep()
    return unknown


class _Digests:
    """The MD5 sums by which DVC knows files; each file is read once, and again when it changes.

    Args:
        target: the output that the files are of.
        notes: where the sums are kept between runs.
    """

    def __init__(self, target: Path, notes: Path) -> None:
        self.target, self._notes = target, notes
        self._known: dict[str, list[Any]] = {}
        with contextlib.suppress(OSError, ValueError):
            content = json.loads(notes.read_text(encoding="utf-8"))
            self._known = content if isinstance(content, dict) else {}

    def of(self, path: Path) -> str | None:
        """The MD5 of a file; None for what is no file."""
        if not path.is_file():
            return None
        status = path.stat()  # of what a link leads to, for that is read
        name, seen = path.relative_to(self.target).as_posix(), [status.st_size, status.st_mtime_ns]
        known = self._known.get(name)
        if not isinstance(known, list) or known[:2] != seen:
            if status.st_size > _LARGE:
                print(f"reading {path}, to see whether DVC has it", file=sys.stderr)
            with path.open("rb") as content:
                known = [*seen, hashlib.file_digest(content, "md5").hexdigest()]
            self._known[name] = known
        return str(known[2])

    def of_folder(self) -> str | None:
        """The MD5 by which DVC knows the folder."""
        if self.target.is_symlink() or not self.target.is_dir():
            return None
        return digest_of_files(
            {
                path.relative_to(self.target).as_posix(): self.of(path)
                for path in files_in(self.target)
            }
        )

    def keep(self) -> None:
        """Write down what was read, for the next time."""
        write_notes(self._notes, self._known)


@cache
def _dvc_cache(folder: Path) -> Path | None:
    """Where DVC keeps the content of outputs by MD5; it may be shared and far away."""
    printed = answer([sys.executable, "-m", "dvc", "cache", "dir"])
    return Path(folder, printed.strip(), "files", "md5") if printed else None


def not_in_git(files: list[Path]) -> list[Path]:
    """The files whose content is in none of git's commits."""
    if not files:
        return []
    ignored = answer(["git", "check-ignore", "-z", "--stdin"], "\0".join(map(str, files)), also=1)
    if ignored is None:
        return files  # no git here
    left_out = set(ignored.split("\0"))  # hashing it would take long, and find nothing
    asked = [path for path in files if str(path) not in left_out and _in_one_line(path)]
    # Absolute: git takes relative ones to start at the root of the repository.
    given = "\n".join(os.path.abspath(path) for path in asked)
    hashes = answer(["git", "hash-object", "--stdin-paths"], given)
    committed = _committed_objects(Path.cwd()) if hashes else frozenset()
    kept = {
        path
        for path, digest in zip(asked, (hashes or "").split(), strict=False)
        if digest in committed
    }
    return [path for path in files if path not in kept]


def _in_one_line(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and "\n" not in str(path)


@cache
def _committed_objects(folder: Path) -> frozenset[str]:
    """The hashes of all that any branch, tag or stash of git holds."""
    listed = answer(["git", "rev-list", "--objects", "--all", "HEAD"]) or ""
    return frozenset(line.partition(" ")[0] for line in listed.splitlines())


def answer(command: list[str], given: str | None = None, also: int = 0) -> str | None:
    """What a command prints; None if there is none such, or its status is not 0 or ``also``."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode in (0, also) else None
