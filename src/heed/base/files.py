"""Writing results so that they appear whole or not at all.

Everything a stage writes goes beside its place under a ``.partial`` name and is
renamed when complete: a killed run leaves nothing that looks like a result.
Tables are Parquet and arrays zarr (:mod:`heed.base.stores`); both are written so that the same
content gives the same bytes (no timestamps, fixed row groups and chunks).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from heed.base.errors import HeedError
from heed.ledger.written import note, refusal, strangers

PARTIAL: Final = ".partial"
"""Ends the name of what is not complete yet."""


class StrangerError(HeedError, ValueError):
    """Files that Heed did not write are where it would write; the message names them."""


def refuse_strangers(writers: Mapping[str | os.PathLike[str], str]) -> None:
    """Refuse to replace what Heed did not write and nobody else keeps a copy of.

    Args:
        writers: for each output, a file or folder that may be absent, who would replace it, as
            the message says it.

    Raises:
        StrangerError: naming the first output in whose way files are, and those files.
    """
    for target, unknown in strangers(*writers).items():
        if unknown:
            raise StrangerError(refusal(target, unknown, writers[target]))


@contextmanager
def written_whole(target: str | os.PathLike[str], *, guard: bool = True) -> Iterator[Path]:
    """Hand out a temporary path beside ``target``; rename it to ``target`` on success.

    Works for a file and for a folder (the body creates either at the path it is
    given). An existing ``target`` is replaced only once the new one is complete.
    After an error the temporary path is removed and ``target`` is untouched.

    Args:
        target: where the finished file or folder shall be.
        guard: refuse to replace what Heed did not write. False for what is kept by nobody and
            may always be replaced, such as a checkpoint, and for a file of the user's that the
            user has asked to have changed.

    Yields:
        The path to write to; its parent exists, it itself does not.

    Raises:
        StrangerError: before anything is written, where ``target`` is or holds something that
            Heed did not write (see :mod:`heed.ledger.written`).
    """
    target = Path(target)
    partial = target.with_name(f"{target.name}{PARTIAL}")
    inner = any(part.endswith(PARTIAL) for part in target.parts)  # a part of a larger whole
    if guard and not inner:
        refuse_strangers({target: "Heed"})
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove(partial)
    try:
        yield partial
        if guard and not inner:
            note(target, partial)
        if target.is_dir() and not target.is_symlink():
            # os.replace cannot replace a folder that has content: it is moved out of the way.
            replaced = target.with_name(f"{target.name}.replaced{PARTIAL}")
            _remove(replaced)
            os.replace(target, replaced)
            os.replace(partial, target)
            _remove(replaced)
        else:
            os.replace(partial, target)
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, target: str | os.PathLike[str]) -> None:
    """Write ``table`` as Parquet (zstd, no index), whole or not at all."""
    with written_whole(target) as partial:
        table.to_parquet(partial, index=False, compression="zstd", engine="pyarrow")


def images_digest(names: Iterable[str]) -> str:
    """SHA-256 (hex) of image names, one per line: tells whether two results line up."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def write_text(text: str, target: str | os.PathLike[str], *, guard: bool = True) -> None:
    """Write ``text`` as UTF-8 with LF line ends, whole or not at all.

    Args:
        text: the content.
        target: the file.
        guard: as in :func:`written_whole`.
    """
    with written_whole(target, guard=guard) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(content: bytes, target: str | os.PathLike[str]) -> None:
    """Write ``content``, e.g. an encoded figure, whole or not at all."""
    with written_whole(target) as partial:
        partial.write_bytes(content)


def write_csv(table: pd.DataFrame, target: str | os.PathLike[str]) -> None:
    """Write ``table`` as CSV (12 significant digits, no index), whole or not at all.

    Twelve digits are more than any result means, and few enough that the last
    bits of a sum, which depend on the processor, do not change the file.
    """
    write_text(table.to_csv(index=False, float_format="%.12g", lineterminator="\n"), target)


def write_json(content: Mapping[str, Any], target: str | os.PathLike[str]) -> None:
    """Write ``content`` as indented JSON, floats as :func:`write_csv` has them.

    NaN becomes null, for JSON has no NaN.
    """
    write_text(json.dumps(_printable(content), indent=2, allow_nan=False) + "\n", target)


def _printable(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _printable(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_printable(value) for value in content]
    if isinstance(content, float):
        return None if content != content else float(f"{content:.12g}")
    return content
