"""Faces, maps and masks made up for the page's script."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import zarr

from heed.audit.page.gallery import Shown
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.explain.placement import Placement
from heed.masks.packing import pack
from heed.metrics.grid.stored_masks import StoredMasks
from tests.placements import uneven

SIZE = 56
GRIDS = ((7, 7), (5, 5))
"""Of the networks, one after the other: they need not be alike."""


def placement(grid: tuple[int, int]) -> Placement:
    return uneven(SIZE, 7) if grid == (7, 7) else Placement.half_pixel(SIZE, grid[0])


def made_up_networks(models: Sequence[str], n: int) -> dict[str, Shown]:
    """Scores and maps of n faces; the last network's head does not split its logits."""
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((n, 40)) < 0.5, 1, -1).astype(np.int8)
    found = {}
    for place, model in enumerate(models):
        values = {metric: rng.random((n, 40)) for metric in METRICS}
        logits = rng.normal(labels, 1.5).astype(np.float32)
        logits[:, ATTRIBUTE_INDEX["Bald"]] = 1  # never absent: no gap between the classes
        empty = rng.random((n, 40)) < 0.1
        grid = GRIDS[place % 2]
        cams = rng.normal(size=(n, 40, *grid)).astype(np.float32)
        cams[empty] = -1
        images = tuple(f"{row:06d}.jpg" for row in range(n))
        scores = ScoreArrays(images, labels, logits, empty, values)
        contribution = np.full((n, 40), np.nan) if place == len(models) - 1 else logits - 0.25
        found[model] = Shown(scores, contribution, dict(enumerate(cams)), grid, placement(grid))
    return found


def made_up_crops(n: int) -> dict[int, np.ndarray]:
    small = np.random.default_rng(2).integers(0, 256, (n, 5, 5, 3), dtype=np.uint8)
    return {
        row: cv2.resize(face, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
        for row, face in enumerate(small)
    }


def made_up_masks(folder: Path, n: int) -> dict[str, StoredMasks]:
    """Version 2, shared by all faces, two regions; the evidence, of each face its own."""
    shared = np.zeros((1, 2, SIZE, SIZE), bool)
    shared[0, 0, 8:24, 8:40] = True
    evidence = np.zeros((n, 40, SIZE, SIZE), bool)
    for row in range(n):
        evidence[row, :, 10 + row : 20 + row, 16:32] = True
    of_version = {"2": (shared, [0] * 39 + [1]), "evidence": (evidence, list(range(40)))}
    for version, (masks, regions) in of_version.items():
        group = zarr.open_group(folder / f"{version}.zarr", mode="w")
        group.attrs.update(images_sha256="", region_of_attribute=regions)
        group.create_array("regions", data=pack(masks))
    return {version: StoredMasks(folder / f"{version}.zarr") for version in of_version}
