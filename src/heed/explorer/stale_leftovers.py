"""What a DVC that was killed leaves behind in a repository, and would stop the next one."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import psutil

RWLOCK: Final = ".dvc/tmp/rwlock"
"""DVC's list of who reads and writes what."""


def mend(repository: Path) -> None:
    """Remove what a killed DVC has left behind, and nothing else.

    - Files behind a link (``src``) that ``dvc exp run`` has entered into git's index: git refuses
      the next ``git add`` for them. Exactly these entries are taken out.
    - DVC's list of who reads and writes what, where it is cut off, or names processes that have
      ended. DVC drops these itself, but not while the system still keeps their numbers, as it does
      in a container whose first process takes no notice of them.

    Args:
        repository: a DVC repository. Where a DVC runs in it (:func:`running_dvc`), nothing is done.
    """
    if running_dvc(repository) is not None:
        return
    behind = _entered_behind_links(repository)
    if behind:
        _git(repository, "reset", "-q", "--", *behind)
    if _readers_and_writers(repository) != []:
        (repository / RWLOCK).unlink(missing_ok=True)


def running_dvc(repository: Path) -> tuple[int, str] | None:
    """The number and the command line of a DVC that runs a stage in a repository, if one does."""
    path = repository / RWLOCK
    for entry in _readers_and_writers(repository) or []:
        try:
            process = psutil.Process(int(entry["pid"]))
            arguments = str(entry["cmd"]).partition(" ")[2]
            alive = process.status() != psutil.STATUS_ZOMBIE
            # else the number is another process' by now
            same = " ".join(process.cmdline()).endswith(arguments)
            if alive and same and process.create_time() <= path.stat().st_mtime:
                return process.pid, f"dvc {arguments}"
        except (psutil.Error, OSError, KeyError, TypeError, ValueError):
            continue
    return None


def _readers_and_writers(repository: Path) -> list[dict[str, Any]] | None:
    """The processes of DVC's list; None where it is damaged."""
    for wait in (0.2, 0.0):  # the first time somebody may just be writing it
        try:
            content = json.loads((repository / RWLOCK).read_text(encoding="utf-8"))
            of_reads = [each for some in content["read"].values() for each in some]
            return [*of_reads, *content["write"].values()]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError, AttributeError):
            time.sleep(wait)
    return None


def _entered_behind_links(repository: Path) -> list[str]:
    """Entries of git's index that lie behind a link in the repository's folder."""
    links = [entry.name for entry in repository.iterdir() if entry.is_symlink()]
    listed = _git(repository, "ls-files", "-z", "--cached").split("\0") if links else []
    return [name for name in listed if name.partition("/")[0] in links and "/" in name]


def _git(folder: Path, *arguments: str) -> str:
    """What git prints; nothing where there is no git, or no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout
