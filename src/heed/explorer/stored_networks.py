"""What stages wrote of networks and masks, opened and checked; what cannot be shown is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import zarr
from zarr.errors import GroupNotFoundError

from heed.audit import paths
from heed.audit.stored import REMEDY, reading
from heed.audit.tables.score_table import conditions_of
from heed.base.errors import InputError
from heed.base.stores import variables
from heed.explorer.conditions import Conditions
from heed.metrics.grid.stored_masks import StoredMasks

STORE: Final = "zarr.json"
"""The file of a store that says what it holds."""


def of_replicate(folder: Callable[[str], str], network: str, suffix: str = "parquet") -> str:
    """The file of one network in the folder that a stage wrote of its model.

    Args:
        folder: of :mod:`heed.audit.paths`.
        network: ``<model>/<replicate>``.
        suffix: of the file.

    Example:
        >>> of_replicate(paths.maps, "balanced/2", "zarr")
        'data/maps/balanced/2.zarr'
    """
    model, _, replicate = network.partition("/")
    return f"{folder(model)}/{replicate}.{suffix}"


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Say of a file or store whose content is read inside that it is damaged.

    Raises:
        InputError: it is missing, or what is in it cannot be unpacked.
    """
    try:
        with reading(path):
            yield
    except (OSError, RuntimeError) as error:  # as Arrow and the codecs of zarr say it
        said = str(error).strip().partition("\n")[0]
        raise InputError(f"{path}: is damaged ({said}); remove it, then {REMEDY}") from None


def checked_scores(file: Path, faces: int, attributes: int) -> Conditions:
    """The conditions of a file of scores, whose rows are counted and not read.

    Raises:
        InputError: it is missing, damaged, of other faces, or has no conditions.
    """
    with unpacking(file):
        rows = pq.read_metadata(file).num_rows
    if rows != faces * attributes:
        raise InputError(
            f"{file}: found {rows:,} rows; expected {faces * attributes:,}, {attributes} for each "
            f"of the {faces:,} faces of {paths.FRONTAL}; run `dvc repro`"
        )
    try:
        return Conditions.of(conditions_of(file))
    except KeyError as error:
        raise InputError(
            f"{file}: found no {error.args[0]} among the conditions of its scores; run `dvc repro`"
        ) from None


def checked_maps(path: Path, digest: str, shape: tuple[int, int]) -> zarr.Group:
    """Open a network's raw maps, of which none is read.

    Args:
        path: of the store.
        digest: of the names of the audited faces.
        shape: how many faces and attributes there are.

    Raises:
        InputError: it is missing, or is of other faces, or parts of it are not there.
    """
    group = opened(path)
    if group.attrs.get("images_sha256") != digest:
        raise InputError(
            f"{path}: found maps of other faces than {paths.FRONTAL} keeps; run `dvc repro`"
        )
    if not (known := variables(group)):
        raise InputError(f"{path}: found no maps in it; {REMEDY}")
    for name in known:
        array: Any = group[name]
        if array.shape[:2] != shape:
            raise InputError(
                f"{path}: found {name} of shape {array.shape}; expected "
                f"({shape[0]}, {shape[1]}, g, g); run `dvc repro`"
            )
        # A chunk of zeros alone is not stored, but no whole chunk of faces has empty raw maps.
        if lost := array.nchunks - array.nchunks_initialized:
            raise InputError(
                f"{path}: is damaged: {lost} of the {array.nchunks} chunks of {name} are not "
                f"there; {REMEDY}"
            )
    return group


def checked_masks(path: Path, digest: str, *, sure: bool) -> StoredMasks:
    """Open one version of the masks; raises as :func:`checked_maps`.

    Args:
        path: of the store.
        digest: of the names of the audited faces.
        sure: whether dvc.lock has the masks as they are: then a chunk that is not stored is one in
            which all masks are empty, and else it is lost.
    """
    stored = opened(path)
    try:
        masks = StoredMasks(path)
    except KeyError as error:
        raise InputError(f"{path}: is damaged: found no {error.args[0]} in it; {REMEDY}") from None
    if masks.images_sha256 != digest:
        raise InputError(
            f"{path}: found masks of other faces than {paths.FRONTAL} keeps; run `dvc repro`"
        )
    regions: Any = stored["regions"]
    if not sure and (lost := regions.nchunks - regions.nchunks_initialized):
        raise InputError(
            f"{path}: is damaged: {lost} of the {regions.nchunks} chunks of its regions are not "
            f"there; {REMEDY}"
        )
    return masks


def opened(path: Path) -> zarr.Group:
    """Open a store.

    Raises:
        InputError: it is not there, or what says what it holds is damaged.
    """
    try:
        return zarr.open_group(path, mode="r")
    except (FileNotFoundError, NotADirectoryError, GroupNotFoundError):
        raise InputError(f"{path}: no such store; {REMEDY}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: is damaged: {STORE} cannot be read ({error}); remove it, then {REMEDY}"
        ) from None
