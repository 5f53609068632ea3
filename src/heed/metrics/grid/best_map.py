"""The map of a grid that scores best against a mask: what a score can reach at all.

A map of 7 x 7 cells cannot draw an earring. Its best score is the ceiling that a score is to be
held against (:mod:`heed.metrics.scale`). That of proportional energy is found by looking at the
cells one by one; that of the acceptable mask ratio by a search.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from heed.explain.placement import Placement
from heed.explain.postprocess import interpolation_matrix, normalise
from heed.masks.packing import Packed, pack, sizes, unpack
from heed.metrics.grid.active import active
from heed.metrics.grid.prepared_masks import PreparedMasks

STARTS: Final = 2
"""Maps that the search starts from, for each mask: a third one gains .001 in the mean."""
SWEEPS: Final = 8
"""Times that it goes through all cells, at most: most masks are done after three."""
LEVELS: Final = 20
"""Steps between 0 and 1 that a cell may have."""
PLACES_PER_CELL: Final = 8
"""Places along a side of a cell at which the first search looks; the second looks at all pixels."""
FINE_SWEEPS: Final = 2
"""Sweeps of the second search."""
MASKS_AT_ONCE: Final = 128  # bounds the temporary arrays to some 50 MB

Floats = NDArray[np.float64]
Maps = NDArray[np.float32]


def best_cells(masks: PreparedMasks) -> Maps:
    """For each region the map whose proportional energy is the highest: a single cell.

    The energy of a map is a weighted sum of its cells, and so is its energy in a mask. The ratio of
    two such sums is at most the highest ratio of a single cell, whatever the cells are, as long as
    none is below 0; and post-processing subtracts the lowest pixel, so that none is. The one
    exception: where a cell lies between pixels, it may be lower than all of them. By the
    half-pixel rule that lets other maps score higher by a few thousandths (at most .004 on drawn
    faces' masks).

    Returns:
        (B or 1, R, g, g) float32, 1 in one cell and 0 elsewhere. All regions have one, be they
        empty.
    """
    cells = round(masks.cell_weights.shape[-1] ** 0.5)
    down, across = (
        interpolation_matrix(masks.size, cells, axis).astype(np.float64).sum(0)
        for axis in (masks.placement.y, masks.placement.x)
    )
    whole = np.outer(down, across).ravel()
    if masks.counted is None:
        shares = masks.cell_weights / whole
    else:  # a cell that no pixel sees which counts has no energy
        of_cells = np.broadcast_to(masks.counted.cell_weights, masks.cell_weights.shape)
        shares = np.divide(
            masks.cell_weights, of_cells, out=np.zeros_like(of_cells), where=of_cells > 0
        )
    best = np.eye(cells**2, dtype=np.float32)[shares.argmax(-1)]
    return best.reshape(*best.shape[:-1], cells, cells)


def best_maps(
    packed: Packed, cells: int, threshold: float, placement: Placement | None = None
) -> Maps:
    """For each mask a map whose acceptable mask ratio is close to the highest.

    The ratio depends on which pixels are active, and so not continuously on the cells. The search
    starts from the best maps of one cell, two neighbours or four in a square, keeps a cell at 1,
    and goes through the others: for one cell, every pixel around it becomes active at a level of
    its own, so that all levels are compared at once, and the best one is kept. A first search
    looks at some places of each cell, a second one, from the best map that the first one
    found, at all pixels. It uses no random numbers; a mask has the same map in any company.

    That the map is the best one of all is not proven. No map of one or two cells and none of 1,000
    random ones was better on drawn faces' masks (the tests hold it to that).

    Args:
        packed: (N, S, S / 8) uint8, masks as :func:`heed.masks.packing.pack` packs them.
        cells: the side of the maps in cells.
        threshold: pixels above it are active, 0..1.
        placement: where the cells lie; without one by the half-pixel rule.

    Returns:
        (N, cells, cells) float32, 0..1. An empty mask has a map as well.
    """
    placement = placement or Placement.half_pixel(packed.shape[-2], cells)
    found = np.empty((len(packed), cells**2), np.float32)
    for start in range(0, len(packed), MASKS_AT_ONCE):
        some = slice(start, start + MASKS_AT_ONCE)
        found[some] = _search(packed[some], cells, threshold, placement)
    return found.reshape(-1, cells, cells)


@dataclass(frozen=True)
class _Places:
    """Where the search looks at maps of g x g cells: one place for each block of pixels."""

    block: int
    """Pixels along a side of a block."""
    down: NDArray[np.float32]
    """(s, g): places = down @ cells @ across.T."""
    across: NDArray[np.float32]
    """(s, g)"""
    peaks: NDArray[np.float32]
    """(n, g²): the pixels next to each cell, among which the highest of any map is."""


def _places(size: int, cells: int, finest: int, placement: Placement) -> _Places:
    """Blocks of at most ``finest`` pixels along a side."""
    block = max(b for b in range(1, max(finest, 1) + 1) if size % b == 0)
    means, highest = [], []
    for axis in (placement.y, placement.x):
        pixels = interpolation_matrix(size, cells, axis)
        nearest = np.concatenate([pixels.argmax(0), size - 1 - pixels[::-1].argmax(0)])
        means.append(pixels.reshape(-1, block, cells).mean(1))
        highest.append(pixels[nearest])
    down, across = means
    return _Places(block, down, across, np.unique(np.kron(*highest), axis=0))


def _blocks(pixels: NDArray[np.bool_], block: int) -> NDArray[np.float32]:
    """How many of the pixels in each block are true: (N, S, S) as (N, s, s)."""
    n, size, _ = pixels.shape
    side = size // block
    blocks = pixels.reshape(n, side, block, side, block)
    return blocks.sum((2, 4), dtype=np.uint16).astype(np.float32)


@dataclass(frozen=True)
class _Starts:
    """What the search may start from: maps of one cell, two neighbours, four in a square."""

    maps: NDArray[np.float32]
    """(n, g²)"""
    first: NDArray[np.intp]
    """(n,): the cell of each that is 1."""
    active: Packed
    """(n, S, S / 8): their active pixels."""


@lru_cache(maxsize=4)
def _starts(size: int, cells: int, threshold: float, placement: Placement) -> _Starts:
    single = np.eye(cells**2, dtype=np.float32)
    y, x = np.divmod(np.arange(cells**2), cells)
    apart = np.maximum(abs(y[:, None] - y), abs(x[:, None] - x))
    one, other = np.nonzero(apart == 1)
    pairs = [single[one] + np.float32(level) * single[other] for level in (0.5, 1)]
    corner = np.flatnonzero((y < cells - 1) & (x < cells - 1))
    fours = sum(single[corner + step] for step in (0, 1, cells, cells + 1))
    maps = np.concatenate([single, *pairs, fours])
    first = np.concatenate([np.arange(cells**2), one, one, corner])
    active = pack(normalise(maps.reshape(-1, cells, cells), size, placement) > threshold)
    return _Starts(maps, first, active)


def _search(
    packed: Packed, cells: int, threshold: float, placement: Placement
) -> NDArray[np.float32]:
    """The maps of :func:`best_maps` as (N, g²)."""
    size = packed.shape[-2]
    starts = _starts(size, cells, threshold, placement)
    pixels = np.maximum(sizes(starts.active), 1)
    shares = np.stack([sizes(starts.active & mask) / pixels for mask in packed])
    chosen = _distinct(shares, starts.first)  # (N, STARTS)
    found = starts.maps[chosen[:, 0]]
    hard = np.flatnonzero((shares.max(1) < 1) & packed.any((1, 2)))
    if not len(hard):
        return found
    masks = unpack(packed[hard])
    coarse = _places(size, cells, size // (PLACES_PER_CELL * cells), placement)
    climbed = _climb(
        np.repeat(_blocks(masks, coarse.block), STARTS, axis=0),
        starts.maps[chosen[hard]].reshape(-1, cells**2),
        starts.first[chosen[hard]].ravel(),
        coarse,
        threshold,
        SWEEPS,
    ).reshape(-1, STARTS, cells**2)
    candidates = np.concatenate([starts.maps[chosen[hard]], climbed], axis=1)
    best = _best(candidates, packed[hard], threshold, placement)
    rows = np.arange(len(hard))
    climbed = _climb(
        masks.astype(np.float32),
        candidates[rows, best],
        starts.first[chosen[hard]][rows, best % STARTS],
        _places(size, cells, 1, placement),
        threshold,
        FINE_SWEEPS,
    )
    # A climb sets the level above which pixels are active once a sweep: it may have gone down.
    pair = np.stack([candidates[rows, best], climbed], axis=1)
    found[hard] = pair[rows, _best(pair, packed[hard], threshold, placement)]
    return found


def _best(
    candidates: NDArray[np.float32], packed: Packed, threshold: float, placement: Placement
) -> NDArray[np.intp]:
    """Which of the maps (N, M, g²) has the most of its active area in the mask, (N,)."""
    cells = round(candidates.shape[-1] ** 0.5)
    maps = candidates.reshape(*candidates.shape[:2], cells, cells)
    region = np.zeros(maps.shape[1], np.intp)
    found = active(maps, packed[:, None], region, [threshold], placement)
    return (found.in_mask[0] / np.maximum(found.pixels[0], 1)).argmax(1)


def _distinct(shares: Floats, first: NDArray[np.intp]) -> NDArray[np.intp]:
    """The best starts of each mask, (N, STARTS), no two of which have the same cell at 1."""
    shares = shares.copy()
    chosen = np.empty((len(shares), STARTS), np.intp)
    for place in range(STARTS):
        chosen[:, place] = shares.argmax(1)
        shares[first == first[chosen[:, place]][:, None]] = -1
    return chosen


def _climb(
    in_mask: NDArray[np.float32],
    maps: NDArray[np.float32],
    first: NDArray[np.intp],
    places: _Places,
    threshold: float,
    sweeps: int,
) -> NDArray[np.float32]:
    """Better maps for the masks, from the given ones.

    Args:
        in_mask: (N, s, s), pixels of the mask in each block.
        maps: (N, g²), to start from.
        first: (N,), the cell of each map that stays at 1.
        places: where to look at the maps.
        threshold: pixels above it are active.
        sweeps: times to go through all cells, at most.
    """
    maps, cells = maps.copy(), places.down.shape[1]
    placed = maps.reshape(-1, cells, cells)
    values = (places.down @ placed @ places.across.T).astype(np.float32)  # (N, s, s)
    windows = [_window(places, cell) for cell in range(cells**2)]
    # A cell that reaches no pixel of the mask can only make things worse.
    reached = np.stack([(in_mask[:, ys, xs] * around).any((1, 2)) for ys, xs, around in windows], 1)
    reached[np.arange(len(maps)), first] = False
    live = np.ones(len(maps), np.bool_)
    for _ in range(sweeps):
        # At threshold 0 a pixel that rounding lifts off 0 is not active.
        cut = np.maximum(threshold * (maps @ places.peaks.T).max(1), 1e-5).astype(np.float32)
        active = values > cut[:, None, None]
        counted = np.stack([active.sum((1, 2)), (active * in_mask).sum((1, 2))], 1).astype(float)
        improved = np.zeros(len(maps), np.bool_)
        for cell, (ys, xs, around) in enumerate(windows):
            rows = np.flatnonzero(live & reached[:, cell])
            if not len(rows):
                continue
            window = values[rows, ys, xs]
            level, becomes = _best_level(
                window, in_mask[rows, ys, xs], around, maps[rows, cell], cut[rows], counted[rows]
            )
            better = becomes[:, 1] / np.maximum(becomes[:, 0], 1) > (1 + 1e-4) * (
                counted[rows, 1] / np.maximum(counted[rows, 0], 1)
            )
            if better.any():
                which, levels = rows[better], level[better]
                step = (levels - maps[which, cell])[:, None, None] * around
                values[which, ys, xs] = window[better] + step
                maps[which, cell] = levels
                counted[which] = becomes[better]
                improved[which] = True
        live &= improved
        if not live.any():
            break
    return maps


def _window(places: _Places, cell: int) -> tuple[slice, slice, NDArray[np.float32]]:
    """The rows and columns of places that a cell reaches, and its weight at each, (h, w)."""
    y, x = divmod(cell, places.across.shape[1])
    (ys,), (xs,) = np.nonzero(places.down[:, y]), np.nonzero(places.across[:, x])
    rows, columns = slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1)
    return rows, columns, np.outer(places.down[rows, y], places.across[columns, x])


def _best_level(
    values: NDArray[np.float32],
    in_mask: NDArray[np.float32],
    around: NDArray[np.float32],
    now: NDArray[np.float32],
    cut: NDArray[np.float32],
    counted: Floats,
) -> tuple[NDArray[np.float32], Floats]:
    """The level of one cell at which the most of the active area lies in the mask.

    Args:
        values: (n, h, w), the maps around the cell.
        in_mask: (n, h, w), pixels of the masks there, whole numbers.
        around: (h, w), the weight of the cell there, above 0.
        now: (n,), its level.
        cut: (n,), values above it are active.
        counted: (n, 2), active places of the whole map, and their pixels in the mask.

    Returns:
        The level, (n,), and what is counted then, (n, 2).
    """
    n = len(values)
    # From which step on a place is active: the first one whose level lifts it above the cut.
    steps = (cut[:, None, None] - values) * (LEVELS / around) + (LEVELS * now)[:, None, None]
    step = np.clip(np.floor(steps) + 1, 0, LEVELS + 1).astype(np.intp)
    step += (np.arange(n) * (LEVELS + 2))[:, None, None]
    # One sum for both counts: pixels in the mask below, places above.
    shift = float(2**24)
    both = np.bincount(step.ravel(), (in_mask.astype(np.float64) + shift).ravel(), n * (LEVELS + 2))
    upto = both.reshape(n, -1)[:, : LEVELS + 1].cumsum(1)
    active = values > cut[:, None, None]
    outside = counted - np.stack([active.sum((1, 2)), (active * in_mask).sum((1, 2))], 1)
    places = outside[:, :1] + np.floor(upto / shift)  # (n, LEVELS + 1)
    inside = outside[:, 1:] + upto % shift
    best = (inside / np.maximum(places, 1)).argmax(1)
    of_best: tuple[Any, ...] = (np.arange(n), best)
    levels = (best / LEVELS).astype(np.float32)
    return levels, np.stack([places[of_best], inside[of_best]], 1)
