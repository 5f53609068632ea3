"""The folder that ``heed paper`` fills, in which its reader works: with pdflatex, with notes."""

import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from heed.base.files import StrangerError, written_whole
from heed.ledger.written import note, strangers


def write_paper_folder(
    files: Mapping[str, bytes], names: Collection[str], target: str | os.PathLike[str]
) -> list[str]:
    """Write the files of the paper, whole or not at all, and leave all others as they are.

    Args:
        files: content by name below the folder.
        names: all that such a paper can have; those that ``files`` lacks are removed, for they
            are of an earlier run. Others are the user's.
        target: the folder.

    Returns:
        The names of the user's files, sorted.

    Raises:
        StrangerError: before anything is written, where the user has changed one of ``names``.
    """
    target = Path(target)
    unknown = strangers(target).get(target, [])
    changed = [path for path in unknown if _would_be_lost(path, target, files, names)]
    if changed:
        first = ", ".join(str(path) for path in changed[:3])
        rest = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise StrangerError(
            f"{first}{rest}: found what was changed since `heed paper` wrote it, or is not from "
            "it; it would be replaced. Nothing has been touched. Give it another name or move it "
            "elsewhere (or delete it, if it may go), then run this again"
        )

    def of_heed(folder: str, found: list[str]) -> list[str]:
        inside = Path(folder).relative_to(target)
        return [name for name in found if (inside / name).as_posix() in names]

    # Not guarded: what would be lost was looked for above, and only the paper's own files are
    # Heed's, not all that the folder holds.
    with written_whole(target, guard=False) as partial:
        if target.is_dir():
            shutil.copytree(target, partial, symlinks=True, ignore=of_heed)
        kept = sorted(
            path.relative_to(partial).as_posix()
            for path in partial.rglob("*")
            if path.is_symlink() or not path.is_dir()
        )
        for name, content in files.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(content)
            note(target / name, partial / name)
    return kept


def _would_be_lost(
    path: Path, target: Path, files: Mapping[str, bytes], names: Collection[str]
) -> bool:
    if path == target:
        return True  # a file or a link in the place of the folder
    name = path.relative_to(target).as_posix()
    if name not in names:
        return False
    return path.is_symlink() or path.read_bytes() != files.get(name)
