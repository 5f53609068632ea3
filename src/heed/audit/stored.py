"""Opening what the stages wrote; what is missing or damaged is named, with what to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import yaml
from pyarrow import ArrowInvalid

from heed.base.errors import InputError
from heed.base.replicates import replicates

if TYPE_CHECKING:
    import xarray as xr

REMEDY: Final = "run `dvc repro`, or `dvc pull` where the results are shared"

LOCK: Final = "dvc.lock"


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of a file that is read inside what is wrong with it.

    Raises:
        InputError: the file is missing, or no Parquet file.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file; {REMEDY}") from None
    except (ArrowInvalid, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path}: is damaged ({error}); remove it, then {REMEDY}") from None


def table_at(path: Path, **wanted: Any) -> pd.DataFrame:
    """A Parquet file; raises as :func:`reading`.

    Args:
        path: the file.
        **wanted: as ``pandas.read_parquet`` takes them.
    """
    with reading(path):
        return pd.read_parquet(path, **wanted)


def entries(folder: Path) -> list[Path]:
    """The entries of a folder that a stage wrote of a model, one for each replicate.

    Raises:
        InputError: there is no such folder, or :func:`heed.base.replicates.replicates` refuses it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; {REMEDY}")
    return replicates(folder)


def store_at(root: Path, name: str, group: str | None = None) -> "xr.Dataset":
    """A store, or one of its groups, whose arrays are read when they are used.

    Args:
        root: folder of the audit.
        name: path of the store from there.
        group: one of its groups.

    Raises:
        InputError: it is missing, or parts of it are.
    """
    import xarray as xr
    import zarr

    path = root / name
    with reading(path):
        stored = zarr.open_group(path, mode="r")
    if group is not None:
        if group not in stored.group_keys():
            held = ", ".join(sorted(stored.group_keys())) or "none"
            raise InputError(f"{path}: found no {group}, but {held}; {REMEDY}")
        with reading(path / group):
            stored = zarr.open_group(path, path=group, mode="r", use_consolidated=False)
    for key, array in stored.arrays():
        # Chunks of zeros alone are not stored, so that one that is missing may be right: whether
        # files are missing, only DVC knows.
        if array.nchunks_initialized < array.nchunks and (lost := _lost(root, name)):
            raise InputError(
                f"{path}: is damaged: {array.nchunks - array.nchunks_initialized} of the "
                f"{array.nchunks} chunks of {key} are not there ({lost}); {REMEDY}"
            )
    return xr.open_zarr(path, group=group, chunks=None)


def _lost(root: Path, name: str) -> str:
    """How many files an output lacks of those that ``dvc.lock`` counts; empty where none."""
    try:
        lock = yaml.load((root / LOCK).read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError:
        return ""
    for stage in lock.get("stages", {}).values():
        for out in stage.get("outs", ()):
            if f"{name}/".startswith(f"{out['path']}/") and "nfiles" in out:
                found = sum(file.is_file() for file in (root / out["path"]).rglob("*"))
                if found < out["nfiles"]:
                    return f"{LOCK}: {out['path']} has {out['nfiles']} files; found {found}"
    return ""


def names_of(asked: Any, what: str) -> list[str]:
    """Names as a list: of one name, a list, an array of NumPy, pandas or xarray.

    Raises:
        InputError: there are none.
    """
    found = [asked] if isinstance(asked, str) else [str(name) for name in np.asarray(asked).ravel()]
    if not found:
        raise InputError(f"{what}: found no name; expected at least one, or None for all")
    return found


def known_names(asked: Any, known: Sequence[str], what: str) -> list[str]:
    """The names that are asked for; None asks for all.

    Args:
        asked: see :func:`names_of`.
        known: those that there are.
        what: the argument, for messages.

    Raises:
        InputError: naming the first that is not known.
    """
    if asked is None:
        return list(known)
    found = names_of(asked, what)
    for name in found:
        if name not in known:
            there = f"expected of {', '.join(known)}" if len(known) else f"there is none; {REMEDY}"
            raise InputError(f"{what}: found {name!r}; {there}")
    return found


def rows_among(images: Sequence[str], among: Sequence[str], what: str) -> np.ndarray:
    """Where images that are asked for stand among others.

    Args:
        images: their names.
        among: the names to look through.
        what: what these are, for messages.

    Raises:
        InputError: naming the first that is not there.
    """
    rows: np.ndarray = pd.Index(among).get_indexer(pd.Index(images))
    if (rows < 0).any():
        missing = str(np.asarray(images)[rows < 0][0])
        raise InputError(f"images: found {missing!r}, which is not among the {len(among)} {what}")
    return rows
