"""Chosen faces for other people's tools: pictures, arrays, and COCO's JSON.

Each export is a folder, written whole or not at all, with the same bytes each time; faces are read
one at a time.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import Chosen
from heed.explorer.exported_folder import (
    ScoresOf,
    conditions_json,
    exported_folder,
    image_file,
    keep_about,
    network_file,
)
from heed.explorer.tiles import encoded, resized, stored_faces, tile_pixels

Progress = Callable[[Iterable[str]], Iterable[str]]
"""Goes through the faces, and tells how far it is."""

AS_SEEN: Final[Set[str]] = frozenset({"map", "mask"})


def export_png(
    audited: Audited,
    chosen: Chosen,
    output: Path,
    *,
    layers: Set[str] = AS_SEEN,
    side: int = 448,
    force: bool = False,
    progress: Progress = iter,
) -> None:
    """Write pictures as the explorer shows them, without loss.

    ``<attribute>/<model>-<replicate>/<image>.png``, ``faces/<image>.png`` without a map, and
    ``scores.csv``.

    Args:
        audited: the audit.
        chosen: which faces, attributes and networks.
        output: the folder.
        layers: of :data:`heed.explorer.tiles.LAYERS`.
        side: of the pictures, in pixels.
        force: replace an older export.
        progress: goes through the faces.

    Raises:
        InputError: something else is there; or a file of the audit is missing or damaged.
    """
    faces = stored_faces(audited)
    with exported_folder(output, "png", chosen, force=force) as folder:
        for image in progress(chosen.images):
            _write(folder / "faces" / image_file(image), resized(faces.crop(image), side))
            for attribute in chosen.attributes:
                for network in chosen.networks:
                    pixels = tile_pixels(
                        audited, image, attribute, network, chosen.conditions,
                        layers=layers, side=side,
                    )  # fmt: skip
                    _write(folder / attribute / network_file(network) / image_file(image), pixels)
        ScoresOf(audited, chosen).write_csv(folder / "scores.csv")
        keep_about(folder, {"layers": sorted(layers), "side": side})


def export_npy(
    audited: Audited,
    chosen: Chosen,
    output: Path,
    *,
    force: bool = False,
    progress: Progress = iter,
) -> None:
    """Write arrays of NumPy: what the pictures are made of.

    ========================= ====================== =============================================
    file                      shape, dtype           what
    ========================= ====================== =============================================
    ``crops.npy``             (n, S, S, 3) uint8     RGB
    ``maps/<network>.npy``    (n, A, h, w) float32   signed by the target, not rectified nor scaled
    ``masks.npy``             (n, A, S, S) bool      true where a classifier should look
    ``names.csv``             n rows                 the faces, in the order of the arrays
    ``scores.csv``            n x A x networks       label and scores
    ``about.json``                                   the attributes in their order, conditions, and
                                                     stride and offset of each network's cells
    ========================= ====================== =============================================

    Args:
        audited: the audit.
        chosen: which n faces, A attributes and networks.
        output: the folder.
        force: replace an older export.
        progress: goes through the faces.

    Raises:
        InputError: as :func:`export_png`.
    """
    faces, conditions = stored_faces(audited), chosen.conditions
    n, count, size = len(chosen.images), len(chosen.attributes), faces.size
    with exported_folder(output, "npy", chosen, force=force) as folder:
        (folder / "maps").mkdir()
        crops = _array(folder / "crops.npy", (n, size, size, 3), np.uint8)
        masks = _array(folder / "masks.npy", (n, count, size, size), np.bool_)
        maps = {}
        for network in chosen.networks:
            cells = faces.raw_map(chosen.images[0], chosen.attributes[0], network, conditions).shape
            file = folder / "maps" / f"{network_file(network)}.npy"
            maps[network] = _array(file, (n, count, *cells), np.float32)
        for row, image in enumerate(progress(chosen.images)):
            crops[row] = faces.crop(image)
            for place, attribute in enumerate(chosen.attributes):
                masks[row, place] = faces.mask(image, attribute, conditions.mask)
                for network, of_network in maps.items():
                    of_network[row, place] = faces.raw_map(image, attribute, network, conditions)
        for array in (crops, masks, *maps.values()):
            array.flush()
        with (folder / "names.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerows([["image"], *([name] for name in chosen.images)])
        ScoresOf(audited, chosen).write_csv(folder / "scores.csv")
        placements = {
            network: faces.placement(network, conditions).attributes()
            for network in chosen.networks
        }
        keep_about(folder, {"placements": placements})


def export_coco(
    audited: Audited,
    chosen: Chosen,
    output: Path,
    *,
    force: bool = False,
    progress: Progress = iter,
) -> int:
    """Write ``annotations.json``, COCO's format for objects, and ``images/<image>.png``, the crops.

    Images are the crops, categories the attributes, annotations the masks: where a classifier
    should look, as run lengths, with box and area. Beside COCO's own fields each has the ``label``
    of the face, -1 or +1, and ``scores``: by network those of its map against this mask.

    Args:
        audited: the audit.
        chosen: which faces, attributes and networks.
        output: the folder.
        force: replace an older export.
        progress: goes through the faces.

    Returns:
        How many masks have no pixel, and so no annotation.

    Raises:
        InputError: as :func:`export_png`.
    """
    faces, scores = stored_faces(audited), ScoresOf(audited, chosen)
    places = {name: audited.attribute_place(name) + 1 for name in chosen.attributes}
    written = empty = 0
    with exported_folder(output, "coco", chosen, force=force) as folder:
        file = folder / "annotations.json"
        with file.open("w", encoding="utf-8", newline="\n") as opened:
            about = {
                "description": "Where classifiers of facial attributes should look, by Heed",
                "conditions": conditions_json(chosen),
            }
            opened.write(f'{{"info": {_line(about)},\n"licenses": [],\n"categories": [\n')
            categories = [
                {"id": place, "name": name, "supercategory": "attribute"}
                for name, place in places.items()
            ]
            opened.write(",\n".join(map(_line, categories)))
            opened.write('],\n"images": [\n')
            size = {"width": faces.size, "height": faces.size}
            images = (
                {"id": audited.place(image) + 1, "file_name": image_file(image), **size}
                for image in chosen.images
            )
            opened.writelines(_between(map(_line, images)))
            opened.write('],\n"annotations": [\n')
            for image in progress(chosen.images):
                _write(folder / "images" / image_file(image), faces.crop(image))
                for attribute, place in places.items():
                    mask = faces.mask(image, attribute, chosen.conditions.mask)
                    if not mask.any():
                        empty += 1
                        continue
                    written += 1
                    annotation = {
                        "id": written,
                        "image_id": audited.place(image) + 1,
                        "category_id": place,
                        "iscrowd": 0,
                        **segmentation(mask),
                        "label": scores.label(attribute, image),
                        "scores": {
                            network: _rounded(scores.of(network, attribute, image))
                            for network in chosen.networks
                        },
                    }
                    opened.write(f"{',' * (written > 1)}\n{_line(annotation)}")
            opened.write("]}\n")
        keep_about(folder, {"annotations": written, "masks without a pixel": empty})
    return empty


def segmentation(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """A mask as COCO has it: run lengths down the columns, box and area.

    Args:
        mask: (H, W) bool, with a pixel at least.

    Example:
        >>> segmentation(np.array([[False, True], [False, True], [False, False]]))["segmentation"]
        {'size': [3, 2], 'counts': [3, 2, 1]}
    """
    column = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(column)) + 1
    counts = np.diff(np.concatenate([[0], edges, [column.size]])).tolist()
    if column[0]:
        counts.insert(0, 0)  # the first run is of pixels outside
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    return {
        "segmentation": {"size": list(mask.shape), "counts": counts},
        "bbox": [left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1],
        "area": int(mask.sum()),
    }


def _array(file: Path, shape: tuple[int, ...], dtype: Any) -> Any:
    """An array on the disk, whose room is taken: a full disk would end the process (SIGBUS)."""
    array = open_memmap(file, mode="w+", dtype=dtype, shape=shape)
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    return array


def _write(file: Path, pixels: NDArray[np.uint8]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encoded(pixels, "png"))


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, allow_nan=False, ensure_ascii=False)


def _between(lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        yield f",\n{line}" if number else line


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.9g}") for name, value in scores.items()}
