"""The features of several layers, one after the other: what fits together comes from one pass."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from heed.layers.features import (
    MEMORY,
    WIDTH,
    LayerFeatures,
    bytes_for_features,
    fill,
    passes_for,
)
from heed.layers.layer import Layer, check_layer
from heed.layers.plan import MIB

log = logging.getLogger(__name__)


def features_of(
    network: nn.Module,
    images: Any,
    layers: Iterable[Layer],
    *,
    rows: Sequence[int] | NDArray[np.integer] | None = None,
    memory: float = MEMORY,
    disk: float = 0,
    folder: Path | None = None,
    width: int = WIDTH,
    batch_size: int | None = None,
) -> Iterator[LayerFeatures]:
    """The features of several layers, one after the other; those that fit together from one pass.

    Args:
        network: as :class:`LayerFeatures` takes it, and so are all others but these.
        images: of which the samples are.
        layers: of :func:`heed.layers.listing.layers_of`, such as those that ``choose`` gives.
        rows: which images are the samples.
        memory: MiB for all layers that are in memory at once, and the pass.
        disk: MiB for all that are in temporary files at once.
        folder: where these are made.
        width: features in a block.
        batch_size: images that pass at once.

    Yields:
        The layers in order of depth, each once. It is closed when the next one is asked for.

    Raises:
        InputError: as :class:`LayerFeatures` does.

    Example:
        >>> from heed.layers.listing import layers_of
        >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
        >>> images = np.full((2, 8, 8, 3), 255, np.uint8)
        >>> for each in features_of(network, images, layers_of(network, images)):
        ...     print(each.layer.name, each.samples, each.features)
        0 2 144
        1 2 144
    """
    wanted = set()
    for layer in layers:
        check_layer(layer)
        wanted.add(layer)
    batch_size = passes_for(network, images, rows, memory, batch_size).batch_size
    every = [
        LayerFeatures(
            network, images, layer,
            rows=rows, memory=memory, disk=disk, folder=folder, width=width, batch_size=batch_size,
        )
        for layer in sorted(wanted, key=lambda layer: layer.depth)
    ]  # fmt: skip
    for together in _groups(every, bytes_for_features(memory), int(disk * MIB)):
        try:
            if together[0].plan.way != "again":
                names = ", ".join(each.layer.name for each in together)
                log.info("from one pass: %s", names)
                fill(together)
            for each in together:
                yield each
                each.close()
        finally:
            for each in together:
                each.close()


def _groups(
    every: Sequence[LayerFeatures], memory: int, disk: int
) -> Iterator[list[LayerFeatures]]:
    """Neighbours in depth that memory and disk hold at once; what is computed again is alone."""
    group: list[LayerFeatures] = []
    for each in every:
        held = sum(one.plan.held for one in [*group, each])
        written = sum(one.plan.size for one in [*group, each] if one.plan.way == "disk")
        alone = each.plan.way == "again" or any(one.plan.way == "again" for one in group)
        if group and (alone or held > memory or written > disk):
            yield group
            group = []
        group.append(each)
    if group:
        yield group
