"""The features of one layer for all samples, in blocks: never more in memory than a budget says.

The first convolution of VGG16 puts out 3,211,264 features for an image of 224 pixels: 26 GB for
2,048 samples. What does not fit into memory is written to a temporary file, or its blocks are
computed a few at a time by passes that stop behind the layer (:mod:`heed.layers.plan`).
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from heed.arguments.numbers import check_amount, check_count
from heed.explain.batch_size import fitting_batch
from heed.explain.images import in_batches
from heed.layers.layer import Layer, check_layer
from heed.layers.network import network_of
from heed.layers.passes import Passes, Take, rows_of
from heed.layers.plan import MIB, Plan, plan
from heed.layers.silencing import units_of
from heed.layers.stores import InMemory, OnDisk, Store

WIDTH: Final = 8192
"""Features in a block: 64 MiB for 2,048 samples. It depends neither on the samples nor on
memory, so that training and validation samples come in the same blocks."""

MEMORY: Final = 1024
"""MiB."""

OF_THE_PASS: Final = 4
"""One part in so many of the memory is for what a network holds while images pass it."""

MOST: Final = 64
"""Images in a batch; more are hardly faster."""


SIDE_BY_SIDE: Final = 8
"""Columns that lie side by side, on average, from which on they are copied as slices."""


class LayerFeatures:
    """The features of a layer for n samples, in blocks over the features.

    Nothing is computed before blocks or columns are asked for. Values are float32 and finite, as
    the layer put them out (before anything works on them in place), in eval mode; they do not
    depend on memory, disk and width, and on the batch size by rounding alone.

    Args:
        network: any torch module, on any device, in any mode.
        images: (N, H, W, 3) uint8 RGB, or whatever :func:`heed.explain` takes as one array or
            tensor; also :class:`heed.base.arrays.StoredImages`. Normalising is the network's own.
        layer: one of :func:`heed.layers.listing.layers_of`.
        rows: which images are the samples, in this order; by default all.
        memory: MiB that features and a pass take together: a quarter of it is for the pass. Weights
            come on top, and what a reader makes of the blocks.
        disk: MiB that a temporary file may take where memory does not do; 0 writes none.
        folder: where this file is made; by default where the system keeps temporary files.
        width: features in a block; the last one has what remains.
        batch_size: images that pass at once; by default as many as fit, 64 at most.

    Raises:
        InputError: a network that :func:`heed.layers.network.network_of` refuses, no images, rows
            that are not there, no memory for one block, a number or folder that is none.

    Example:
        >>> from heed.layers.listing import layers_of
        >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
        >>> images = np.zeros((5, 8, 8, 3), np.uint8)
        >>> conv, relu = layers_of(network, images)
        >>> with LayerFeatures(network, images, relu, width=100) as features:
        ...     [(where.start, where.stop, block.shape) for where, block in features.blocks()]
        [(0, 100, (5, 100)), (100, 144, (5, 44))]
        >>> print(features.plan)
        0 MiB, from one pass, kept in memory
    """

    def __init__(
        self,
        network: nn.Module,
        images: Any,
        layer: Layer,
        *,
        rows: Sequence[int] | NDArray[np.integer] | None = None,
        memory: float = MEMORY,
        disk: float = 0,
        folder: Path | None = None,
        width: int = WIDTH,
        batch_size: int | None = None,
    ) -> None:
        check_layer(layer)
        check_amount("disk", disk, "MiB", may_be_0=True)
        passes = passes_for(network, images, rows, memory, batch_size)
        self.layer: Final = layer
        samples, room = len(passes.rows), bytes_for_features(memory)
        self.plan: Final[Plan] = plan(samples, layer.features, width, room, int(disk * MIB), folder)
        self._passes, self._folder = passes, folder
        self._blocks = [
            slice(start, min(start + width, layer.features))
            for start in range(0, layer.features, width)
        ]
        self._store: Store | None = None

    @property
    def samples(self) -> int:
        """Number of samples n."""
        return len(self._passes.rows)

    @property
    def features(self) -> int:
        """Number of features p."""
        return self.layer.features

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """The blocks from the first feature to the last: which features, and (n, width) of them.

        They may be asked for again, and are the same. A block may be overwritten once the next one
        is asked for; who reads it does not write into it.
        """
        if self.plan.way == "again":
            yield from self._computed_again()
            return
        store = self._filled()
        for number, where in enumerate(self._blocks):
            yield where, store.block(number)

    def columns(self, neurons: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float32]:
        """Some features of all samples: single neurons, or those of a channel.

        Args:
            neurons: (k,) of 0..p - 1, in any order.

        Returns:
            (n, k). Where the layer is not kept they come from a pass of their own.

        Raises:
            InputError: a neuron that is not there.
        """
        at = units_of(neurons, self.features, f"layer {self.layer.name!r}: neurons")
        found = np.empty((self.samples, len(at)), np.float32)
        if self._store is None and self.plan.way != "memory":
            self._passes.run({self.layer: partial(_keep_columns, found, torch.from_numpy(at))})
            return found
        store = self._filled()
        for number, where in enumerate(self._blocks):
            within = np.flatnonzero((at >= where.start) & (at < where.stop))
            if len(within):
                _copy_columns(store.block(number), at[within] - where.start, found, within)
        return found

    def close(self) -> None:
        """Give back memory and room on disk; what is asked for afterwards is computed anew."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> "LayerFeatures":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _filled(self) -> Store:
        if self._store is None:
            fill([self])
        assert self._store is not None
        return self._store

    def _computed_again(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        for first in range(0, len(self._blocks), self.plan.blocks_a_pass):
            some = self._blocks[first : first + self.plan.blocks_a_pass]
            store = InMemory(self.samples, some)
            within = slice(some[0].start, some[-1].stop)
            self._passes.run({self.layer: partial(_keep, store, within)})
            for number, where in enumerate(some):
                yield where, store.block(number)
            store.close()


def fill(together: Sequence[LayerFeatures]) -> None:
    """One pass that keeps the features of several layers."""
    takes: dict[Layer, Take] = {}
    made: list[Store] = []
    try:
        for each in together:
            store: Store = (
                InMemory(each.samples, each._blocks)
                if each.plan.way == "memory"
                else OnDisk(each.samples, each._blocks, each._folder)
            )
            made.append(store)
            takes[each.layer] = partial(_keep, store, slice(0, each.features))
        together[0]._passes.run(takes)
    except BaseException:
        for store in made:
            store.close()
        raise
    for each, store in zip(together, made, strict=True):
        each._store = store


def _keep(store: Store, within: slice, samples: slice, features: Tensor) -> None:
    store.put(samples, features[:, within].cpu().numpy())


def _keep_columns(room: NDArray[np.float32], at: Tensor, samples: slice, features: Tensor) -> None:
    room[samples] = features[:, at.to(features.device)].cpu().numpy()


def _copy_columns(
    block: NDArray[np.float32],
    of: NDArray[np.int64],
    found: NDArray[np.float32],
    to: NDArray[np.intp],
) -> None:
    """Copy columns of a block; those of a channel lie side by side, which is ten times as fast."""
    ends = np.flatnonzero((np.diff(of) != 1) | (np.diff(to) != 1)) + 1
    if SIDE_BY_SIDE * (len(ends) + 1) > len(of):
        found[:, to] = block[:, of]
        return
    for start, end in zip([0, *ends], [*ends, len(of)], strict=True):
        found[:, to[start] : to[end - 1] + 1] = block[:, of[start] : of[end - 1] + 1]


def passes_for(
    network: nn.Module,
    images: Any,
    rows: Sequence[int] | NDArray[np.integer] | None,
    memory: float,
    batch_size: int | None,
) -> Passes:
    """The network, its samples, and as many of them at once as a share of the memory holds."""
    check_amount("memory", memory, "MiB")
    network, chosen = network_of(network), rows_of(images, rows)
    if batch_size is None:
        (image,) = in_batches(images[chosen[:1]], network, 1, None)
        budget = int(memory * MIB) // OF_THE_PASS
        batch_size = fitting_batch(network, image, budget, most=MOST)
    check_count("batch_size", batch_size)
    return Passes(network, images, chosen, batch_size)


def bytes_for_features(memory: float) -> int:
    """What of some MiB is not for the pass."""
    return int(memory * MIB * (OF_THE_PASS - 1) / OF_THE_PASS)
