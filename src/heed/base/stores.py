"""Zarr stores whose axes have names and coordinates, so that xarray opens them as they are.

    xarray.open_zarr("data/cams/balanced/1.zarr").cams.sel(attribute="Smiling")

An array says what its axes are (``dimension_names`` of zarr 3); a one-dimensional array of a
dimension's own name holds its coordinates, the names of images for instance.
"""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import zarr

STRINGS: Final = "string"
"""The dtype that coordinates of names have in zarr 3."""


@contextmanager
def new_store(path: str | os.PathLike[str]) -> Iterator["zarr.Group"]:
    """An empty store to be filled; at its end what it holds is listed in one place.

    The list (zarr's consolidated metadata) is what readers ask first: without it they open each
    array's own file, and xarray warns.

    Args:
        path: the folder; what was there is removed.

    Example:
        >>> import tempfile
        >>> with new_store(tempfile.mkdtemp()) as store:
        ...     logits = create_array(store, "logits", (2,), "float32", (2,), ("attribute",))
        ...     logits[:] = [-1, 2]
        ...     add_coordinates(store, {"attribute": ["Bald", "Young"]})
        >>> variables(store)
        ['logits']
    """
    import zarr

    yield (group := zarr.open_group(path, mode="w"))
    with warnings.catch_warnings():
        # zarr 3 keeps the list, and says that the format's text does not speak of it yet.
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        zarr.consolidate_metadata(group.store)


def create_array(
    group: "zarr.Group",
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    chunks: tuple[int, ...],
    dimensions: tuple[str, ...],
) -> "zarr.Array":
    """Add an empty array to a group, to be filled batch by batch.

    Compression is zstd 1, whose bytes depend on the content alone. Fill whole chunks in one
    thread: then the files are the same each time.

    Args:
        group: the group, open for writing.
        name: name of the array.
        shape: its shape.
        dtype: its dtype.
        chunks: shape of what is compressed, and so read, as one.
        dimensions: the name of each axis.
    """
    from zarr.codecs import ZstdCodec  # here: the inventory, run each time, does without zarr

    return group.create_array(
        name,
        shape=shape,
        dtype=dtype,
        chunks=chunks,
        compressors=ZstdCodec(level=1),
        dimension_names=dimensions,
    )


def add_coordinates(group: "zarr.Group", coordinates: Mapping[str, ArrayLike]) -> None:
    """Say what lies along dimensions of a group's arrays.

    Args:
        group: the group, open for writing.
        coordinates: by dimension, its names or numbers, in order.
    """
    for dimension, values in coordinates.items():
        found = np.asarray(values)
        names = not np.issubdtype(found.dtype, np.number)
        array = create_array(
            group,
            dimension,
            found.shape,
            STRINGS if names else "float64",
            (max(1, len(found)),),
            (dimension,),
        )
        array[:] = found.astype(object) if names else found


def variables(group: "zarr.Group") -> list[str]:
    """The names of a group's arrays, in order, without those that are coordinates."""
    return sorted(
        name for name, array in group.arrays() if array.metadata.dimension_names != (name,)
    )


def along(axis: tuple[float, float], cells: int) -> NDArray[np.float64]:
    """Where cells lie along an axis, in pixels.

    Args:
        axis: stride and offset: cell i lies at pixel ``stride * i + offset``.
        cells: how many there are.
    """
    stride, offset = axis
    return stride * np.arange(cells, dtype=np.float64) + offset
