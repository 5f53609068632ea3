"""Which files Heed may replace: those that it wrote, and those that can be got back.

In a folder that Heed writes may lie something that it did not write: a data set that was
unpacked to the wrong place, weights of the user's own, a table with corrections. It would be
lost when a result takes its place. So before anything is replaced or emptied, every file there
has to be accounted for:

- the *ledger*, a small file per output in ``.dvc/tmp/heed``, lists what Heed wrote, by size and
  time of modification;
- DVC has the content: its cache, or its lock, which says that it is a stage's own result;
- git has the content, in any commit.

What is left is somebody's work, a *stranger* to Heed. Outside a DVC repository there is no
ledger, and nothing is looked at.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from heed.ledger.recoverable import answer, files_in, not_in_dvc, not_in_git, write_notes

_Seen = tuple[int, int]  # size in bytes, time of modification in nanoseconds


def refusal(target: str | os.PathLike[str], unknown: list[Path], writer: str) -> str:
    """What to say of strangers in the way.

    Args:
        target: the output that would be replaced.
        unknown: the strangers there, as :func:`strangers` finds them.
        writer: who would replace it.
    """
    folder = Path(target)
    if unknown == [folder]:
        found = f"{folder}: found a file that Heed did not write, or that was changed since"
    else:
        first = ", ".join(str(path.relative_to(folder)) for path in unknown[:3])
        rest = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        found = f"{folder}: found what Heed did not write, or what was changed since: {first}{rest}"
    remedy = (
        "Move it to a folder of yours (or delete it, if it may go), then run this again"
        if answer(["git", "rev-parse", "--verify", "--quiet", "HEAD"])
        else "This is not a git repository with a commit, so nobody can tell what came with Heed "
        "and what is yours: clone Heed, or run git init && git add . && git commit -m Start"
    )
    return f"{found}. {writer} would replace it; nothing there has been touched. {remedy}"


def strangers(
    *targets: str | os.PathLike[str],
) -> dict[str | os.PathLike[str], list[Path]]:
    """The files at each target, or below it, that would be lost if it were replaced; sorted.

    Looking changes nothing that Heed knows to be its own: what git or DVC can bring back today
    may be nowhere else tomorrow, and is asked for again.

    A link to a folder counts as one file: what it leads to is not replaced with it.
    """
    unknown = {
        target: _not_written(Path(target), files_in(Path(target)))
        for target in targets
        if _ledger_file(Path(target)) is not None
    }
    lost = set(not_in_git([path for files in unknown.values() for path in files]))
    return {
        target: _not_in_dvc(Path(target), [path for path in files if path in lost])
        for target, files in unknown.items()
    }


def _not_in_dvc(target: Path, files: list[Path]) -> list[Path]:
    ledger = _ledger_file(target)
    return not_in_dvc(target, files, ledger.with_suffix(".md5.json")) if files and ledger else files


def note(target: str | os.PathLike[str], content: str | os.PathLike[str] | None = None) -> None:
    """Note in the ledger that Heed wrote ``target``.

    What is there now stays in the ledger, until ``content`` is renamed to ``target``.

    Args:
        target: the output.
        content: where its content is at the moment, if not there.
    """
    target = Path(target)
    ledger = _ledger_file(target)
    if ledger is None:
        return
    content = target if content is None else Path(content)
    now = {_name(path, content): _seen(path) for path in files_in(content)}
    there = {_name(path, target): _seen(path) for path in files_in(target)}
    before = [version for version in _read(ledger) if version.items() & there.items()]
    write_notes(ledger, [*before, now])


def _ledger_file(target: Path) -> Path | None:
    """Where the ledger of an output is; None outside a DVC repository."""
    repository = _repository(target)
    return _ledger_in(repository, target) if repository else None


def _repository(target: Path) -> Path | None:
    """The folder of the DVC repository that an output lies in."""
    # Absolute without resolving links: the link itself is what would be replaced.
    above = Path(os.path.abspath(target)).parents
    return next((folder for folder in above if (folder / ".dvc").is_dir()), None)


def _ledger_in(repository: Path, target: Path) -> Path:
    inside = os.path.relpath(target, repository).replace(os.sep, "/")
    name = hashlib.sha256(inside.encode()).hexdigest()
    return repository / ".dvc" / "tmp" / "heed" / f"{name[:24]}.json"


def _read(ledger: Path) -> list[dict[str, _Seen]]:
    """What Heed wrote there, by name below the output: the time before the last, the last."""
    try:
        versions: list[dict[str, Any]] = json.loads(ledger.read_text(encoding="utf-8"))
        return [{name: (int(s), int(t)) for name, (s, t) in v.items()} for v in versions]
    except (OSError, ValueError, TypeError, AttributeError):
        return []  # not there, or damaged: then DVC and git are asked


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
    repository = _repository(target)  # of all of them: no output has a repository inside
    own = _read(_ledger_in(repository, target)) if repository else []
    below = len(str(target)) + 1

    def is_written(path: Path) -> bool:
        # Of thousands of photographs nearly all are in the output's own ledger: no paths are built.
        name, seen = str(path)[below:].replace(os.sep, "/") or ".", _seen(path)
        if any(version.get(name) == seen for version in own):
            return True
        above = [path, *path.parents]
        for place in reversed(above[: above.index(target)]):
            if place not in ledgers:
                ledgers[place] = _read(_ledger_in(repository, place)) if repository else []
            if any(version.get(_name(path, place)) == seen for version in ledgers[place]):
                return True
        return False

    return [path for path in files if not is_written(path)]
