"""Scores from the 49 cells of a map against scores from its pixels, in one run.

Random maps (a third of their cells positive, one map in twenty empty) against boxes
that all images share and against boxes of each image's own. Run from the root of
the repository:

    python benchmarks/scores.py            # print
    python benchmarks/scores.py --write    # and keep in benchmarks/scores.json
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.files import write_json
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.masks.packing import pack
from heed.metrics.grid import pixels
from heed.metrics.grid import tally as grid
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.scores import Scores, scores

SIZE = 224
IMAGES = 256
PIXEL_IMAGES = 16  # the pixel version is timed on fewer images
REPEATS = 3
FIELDS = ("amr", "amr_uncorrected", "proportional_energy", "active_area")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/scores.json")
    write = parser.parse_args().write

    rng = np.random.default_rng(0)
    maps = rng.normal(-0.5, 1, size=(IMAGES, ATTRIBUTE_COUNT, 7, 7)).astype(np.float32)
    maps[rng.random(maps.shape[:2]) < 0.05] = -1
    results = [
        measure(maps, masks, threshold, name)
        for name, masks in (
            ("shared", random_boxes(rng, 1, 12)),
            ("own", random_boxes(rng, IMAGES, 22)),
        )
        for threshold in (0.0, 0.5)
    ]
    print("masks    threshold  grid maps/s  pixel maps/s  ratio  largest difference")
    for row in results:
        print(
            f"{row['masks']:8} {row['threshold']:9} {row['grid_maps_per_second']:12,.0f} "
            f"{row['pixel_maps_per_second']:13,.0f} {row['ratio']:6.1f}  "
            f"{row['largest_difference']:.1e}"
        )
    if write:
        content = {"size": SIZE, "images": IMAGES, "cores": os.cpu_count(), "results": results}
        write_json(content, Path(__file__).with_suffix(".json"))


def random_boxes(rng: np.random.Generator, images: int, regions: int) -> NDArray[np.uint8]:
    """Packed masks (images, regions, S, S / 8), each one box of a quarter of the image."""
    masks = np.zeros((images, regions, SIZE, SIZE), dtype=bool)
    for index in np.ndindex(images, regions):
        top, left = rng.integers(0, SIZE // 2, 2)
        masks[*index, top : top + SIZE // 2, left : left + SIZE // 2] = True
    return pack(masks)


def measure(
    maps: NDArray[np.float32], packed: NDArray[np.uint8], threshold: float, name: str
) -> dict[str, Any]:
    """Time both versions on the same maps and compare what they give."""
    region_of_attribute = np.arange(ATTRIBUTE_COUNT) % packed.shape[1]
    shared = prepare(packed, region_of_attribute, cells=7) if len(packed) == 1 else None

    def from_grid() -> Scores:  # masks of each image's own are prepared once per image
        masks = shared or prepare(packed, region_of_attribute, cells=7)
        return scores(grid.tally(maps, masks, threshold))

    def from_pixels() -> Scores:
        few = slice(PIXEL_IMAGES)
        return scores(pixels.tally(maps[few], packed[few], region_of_attribute, threshold))

    grid_seconds, grid_scores = fastest(from_grid)
    pixel_seconds, pixel_scores = fastest(from_pixels)
    grid_rate = maps.shape[0] * maps.shape[1] / grid_seconds
    pixel_rate = PIXEL_IMAGES * maps.shape[1] / pixel_seconds
    difference = max(
        np.nanmax(np.abs(getattr(grid_scores, field)[:PIXEL_IMAGES] - getattr(pixel_scores, field)))
        for field in FIELDS
    )
    return {
        "masks": name,
        "threshold": threshold,
        "grid_maps_per_second": round(grid_rate),
        "pixel_maps_per_second": round(pixel_rate),
        "ratio": round(grid_rate / pixel_rate, 1),
        "largest_difference": float(difference),
    }


def fastest(run: Callable[[], Scores]) -> tuple[float, Scores]:
    """The shortest of a few runs, in seconds, and its result."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


if __name__ == "__main__":
    main()
