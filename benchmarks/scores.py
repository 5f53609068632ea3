"""Scores from the 49 cells of a map against scores from its pixels, in one run.

Random maps (a third of their cells positive, one map in twenty empty) against boxes
that all images share and against boxes of each image's own, at several thresholds one by one and
all at once. Then what both count is compared on 100,000 maps and more, of several kinds and
placements, at thresholds half of which are the value of a pixel. Maps per second depend on what
else the machine does; maps per second of a core's time hardly do, and ratios are of these. Run from
the root of the repository:

    python benchmarks/scores.py            # print
    python benchmarks/scores.py --write    # and keep in benchmarks/scores.json
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from machine import described
from numpy.typing import NDArray

from heed.base.files import write_json
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import normalise
from heed.masks.packing import pack, unpack
from heed.metrics.grid import pixels
from heed.metrics.grid import tally as grid
from heed.metrics.grid.located import located
from heed.metrics.grid.prepared_masks import PreparedMasks, prepare
from heed.metrics.pixel_roc_auc import pixel_roc_auc
from heed.metrics.pointing_game import pointing_game
from heed.metrics.scores import Tally, scores
from heed.process.cores import usable_cores

SIZE, CELLS = 224, 7
IMAGES = 256
PIXEL_IMAGES = 16  # the pixel version is timed on fewer images
REPEATS = 5
THRESHOLDS: Final = (0.0, 0.1, 0.5, 0.9)
SWEEP: Final = tuple(number / 20 for number in range(20))
FIELDS: Final = ("amr", "amr_uncorrected", "proportional_energy", "active_area")
PLACEMENTS: Final = {
    "half_pixel": Placement.half_pixel(SIZE, CELLS),
    "receptive_field": Placement(AxisPlacement(32, 0), AxisPlacement(32, 0)),
    "between": Placement(AxisPlacement(29.3, -7.7), AxisPlacement(33.5, 11.2)),
}
COMPARED: Final = 102_400
AT_ONCE: Final = 16  # images that are compared

Maps = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/scores.json")
    write = parser.parse_args().write

    rng = np.random.default_rng(0)
    maps = sparse_maps(rng, IMAGES)
    results = [
        measure(maps, masks, threshold, name, rule)
        for rule in ("half_pixel", "receptive_field")
        for name, masks in (
            ("shared", random_boxes(rng, 1, 12)),
            ("own", random_boxes(rng, IMAGES, 22)),
        )
        for threshold in THRESHOLDS
    ]
    print("placement        masks   threshold   maps/s  per core's second  of pixels  ratio")
    for row in results:
        print(
            f"{row['placement']:16} {row['masks']:8} {row['threshold']:8} "
            f"{row['maps_per_second']:8,} {row['maps_per_core_second']:18,} "
            f"{row['pixel_maps_per_core_second']:10,} {row['ratio']:6.1f}"
        )
    sweep = measure_sweep(maps, random_boxes(rng, IMAGES, 22))
    print(f"{sweep['thresholds']} thresholds at once: {sweep['ratio']:.1f} times one alone")
    ordered = measure_order(maps, random_boxes(rng, IMAGES, 22))
    print(
        f"pointing game and ROC AUC: {ordered['maps_per_core_second']:,} maps per core's second, "
        f"{ordered['ratio']:.1f} times the definitions"
    )
    compared = compare(rng)
    print(
        f"{compared['maps']:,} maps: {compared['maps_with_other_active_pixels']} with other active "
        f"pixels; AMR within {compared['amr']:.0e}, PE within {compared['proportional_energy']:.0e}"
    )
    if write:
        content = {
            **described(["numpy", "numba", "opencv-python-headless"]),
            "usable_cores": usable_cores(),
            "size": SIZE,
            "images": IMAGES,
            "results": results,
            "sweep": sweep,
            "order": ordered,
            "compared": compared,
        }
        write_json(content, Path(__file__).with_suffix(".json"))


def sparse_maps(rng: np.random.Generator, images: int) -> Maps:
    maps = rng.normal(-0.5, 1, size=(images, ATTRIBUTE_COUNT, CELLS, CELLS)).astype(np.float32)
    maps[rng.random(maps.shape[:2]) < 0.05] = -1
    return maps


def random_boxes(rng: np.random.Generator, images: int, regions: int) -> NDArray[np.uint8]:
    """Packed masks (images, regions, S, S / 8), each one box of a quarter of the image."""
    masks = np.zeros((images, regions, SIZE, SIZE), dtype=bool)
    for index in np.ndindex(images, regions):
        top, left = rng.integers(0, SIZE // 2, 2)
        masks[*index, top : top + SIZE // 2, left : left + SIZE // 2] = True
    return pack(masks)


def of_attributes(packed: NDArray[np.uint8]) -> NDArray[np.intp]:
    return np.arange(ATTRIBUTE_COUNT) % packed.shape[1]


def measure(
    maps: Maps, packed: NDArray[np.uint8], threshold: float, name: str, rule: str
) -> dict[str, Any]:
    """Time both versions on the same maps."""
    placement, regions = PLACEMENTS[rule], of_attributes(packed)
    shared = prepare(packed, regions, CELLS, placement) if len(packed) == 1 else None

    def prepared() -> PreparedMasks:  # masks of each image's own are prepared once per image
        return shared or prepare(packed, regions, CELLS, placement)

    few = slice(PIXEL_IMAGES)
    seconds, core_seconds = fastest(lambda: scores(grid.tally(maps, prepared(), threshold)))
    _, pixel_seconds = fastest(
        lambda: scores(pixels.tally(maps[few], packed[few], regions, threshold, placement))
    )
    count = maps.shape[0] * maps.shape[1]
    rate, pixel_rate = count / core_seconds, PIXEL_IMAGES * maps.shape[1] / pixel_seconds
    return {
        "placement": rule,
        "masks": name,
        "threshold": threshold,
        "maps_per_second": round(count / seconds),
        "maps_per_core_second": round(rate),
        "pixel_maps_per_core_second": round(pixel_rate),
        "ratio": round(rate / pixel_rate, 1),
    }


def measure_sweep(maps: Maps, packed: NDArray[np.uint8]) -> dict[str, Any]:
    """Time many thresholds at once against the middle one alone."""
    masks = prepare(packed, of_attributes(packed), CELLS, PLACEMENTS["receptive_field"])
    _, alone = fastest(lambda: grid.tally(maps, masks, 0.5))
    _, together = fastest(lambda: grid.tallies(maps, masks, SWEEP))
    return {"thresholds": len(SWEEP), "ratio": round(together / alone, 1)}


def measure_order(maps: Maps, packed: NDArray[np.uint8]) -> dict[str, Any]:
    """Time the scores that need every pixel against their definitions."""
    placement, few = PLACEMENTS["receptive_field"], slice(2)
    masks = prepare(packed, of_attributes(packed), CELLS, placement)
    _, seconds = fastest(lambda: located(maps[:PIXEL_IMAGES], masks.of(slice(PIXEL_IMAGES))))

    def defined() -> None:
        pixels_of, own = normalise(maps[few], SIZE, placement), unpack(packed[few])
        own = own[:, of_attributes(packed)]
        pointing_game(pixels_of, own)
        pixel_roc_auc(pixels_of, own)

    _, plain = fastest(defined)
    rate, plain_rate = PIXEL_IMAGES * ATTRIBUTE_COUNT / seconds, 2 * ATTRIBUTE_COUNT / plain
    return {"maps_per_core_second": round(rate), "ratio": round(rate / plain_rate, 1)}


def compare(rng: np.random.Generator) -> dict[str, Any]:
    """What both versions give for many maps, AT_ONCE images at a time."""
    maps_so_far, different = 0, 0
    largest = dict.fromkeys(FIELDS, 0.0)
    while maps_so_far < COMPARED:
        maps, placement = any_maps(rng), list(PLACEMENTS.values())[rng.integers(len(PLACEMENTS))]
        packed = pack(rng.random((AT_ONCE, 5, SIZE, SIZE)) < rng.random())
        value = rng.choice(normalise(maps[0, 0], SIZE, placement).ravel())
        threshold = float(rng.choice([0, 0.5, rng.random(), value, value]))
        regions = of_attributes(packed)
        found = grid.tally(maps, prepare(packed, regions, CELLS, placement), threshold)
        plain = pixels.tally(maps, packed, regions, threshold, placement)
        different += int(differ(found, plain).sum())
        for field in FIELDS:
            apart = np.abs(getattr(scores(found), field) - getattr(scores(plain), field))
            largest[field] = max(largest[field], float(np.nanmax(apart)))
        maps_so_far += found.active.size
    return {"maps": maps_so_far, "maps_with_other_active_pixels": different, **largest}


def any_maps(rng: np.random.Generator) -> Maps:
    """Sparse, dense, steep or coarse maps; the last with pixels that are equal."""
    shape = AT_ONCE, ATTRIBUTE_COUNT, CELLS, CELLS
    kinds: list[Callable[[], NDArray[Any]]] = [
        lambda: sparse_maps(rng, AT_ONCE),
        lambda: rng.random(shape) + 0.1,
        lambda: np.exp(3 * rng.normal(size=shape)) - 1,
        lambda: rng.choice([-1, 0, 0.25, 0.5, 1], size=shape),
    ]
    return kinds[rng.integers(len(kinds))]().astype(np.float32)


def differ(one: Tally, other: Tally) -> NDArray[np.bool_]:
    """The maps of which another number of pixels is active, in the mask or at all."""
    different: NDArray[np.bool_] = one.active != other.active
    return different | (one.active_in_mask != other.active_in_mask)


def fastest(run: Callable[[], object]) -> tuple[float, float]:
    """The shortest of a few runs, in seconds, and the least time of cores, all of them together."""
    wall, cores = [], []
    for _ in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - start)
        cores.append(time.process_time() - used)
    return min(wall), min(cores)


if __name__ == "__main__":
    main()
