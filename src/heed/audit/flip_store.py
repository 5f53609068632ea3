"""Where the page's switched faces are kept: pictures, logits and maps."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.base.files import written_whole
from heed.base.stores import create_array, new_store

AT_ONCE: Final = 16
"""Pictures of a chunk on disk."""


@dataclass(frozen=True)
class Flipped:
    """What one network makes of F faces, each with one attribute switched.

    Attributes:
        logits: of that attribute, (F,).
        contribution: the part of it that comes from the image, (F,).
        maps: signed for the target that is scored, (F, h, w).
    """

    logits: NDArray[np.float32]
    contribution: NDArray[np.float32]
    maps: NDArray[np.float32]


@dataclass(frozen=True)
class ShownFlips:
    """The switched faces, and what the networks make of them.

    Attributes:
        rows: of the faces among the audited ones, (F,).
        attributes: which was switched, as indices, (F,).
        crops: (F, S, S, 3) uint8, RGB.
        of: by network.
    """

    rows: NDArray[np.int64]
    attributes: NDArray[np.int64]
    crops: NDArray[np.uint8]
    of: Mapping[str, Flipped]


def write_flips(flips: ShownFlips | None, path: str) -> None:
    """Write them as a zarr group; None, of photographs, as an empty one.

    Args:
        flips: the switched faces.
        path: of the group: ``rows``, ``attributes``, ``crops``, and of each network a group with
            ``logits``, ``contribution`` and ``maps``.
    """
    with written_whole(path) as partial, new_store(partial) as group:
        if flips is None or not len(flips.rows):
            return
        for name in ("rows", "attributes", "crops"):
            _write(group, name, getattr(flips, name))
        for model, of in flips.of.items():
            of_model = group.create_group(model)
            for name in ("logits", "contribution", "maps"):
                _write(of_model, name, getattr(of, name))


def _write(group: zarr.Group, name: str, values: NDArray[Any]) -> None:
    chunks = (AT_ONCE if name == "crops" else len(values), *values.shape[1:])
    axes = ("face", "y", "x", "channel")[: values.ndim]
    create_array(group, name, values.shape, str(values.dtype), chunks, axes)[:] = values


def read_flips(path: str | Path, models: list[str]) -> ShownFlips | None:
    """What :func:`write_flips` wrote; None where nothing was drawn.

    Args:
        path: of the group.
        models: the networks.
    """
    group = zarr.open_group(path, mode="r")
    if "rows" not in group:
        return None
    of = {
        model: Flipped(*(_read(group, f"{model}/{n}") for n in ("logits", "contribution", "maps")))
        for model in models
    }
    rows, attributes = _read(group, "rows"), _read(group, "attributes")
    return ShownFlips(rows, attributes, _read(group, "crops"), of)


def _read(group: zarr.Group, name: str) -> NDArray[Any]:
    return np.asarray(group[name][:])
