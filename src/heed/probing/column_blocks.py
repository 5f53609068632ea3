"""Some features of a layer as blocks of their own, such as those of eight channels."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from heed.pls.blocks import WIDTH, Block


class Columns(Protocol):
    """Gives single features of samples, as :class:`heed.layers.streaming.LayerFeatures` does."""

    @property
    def samples(self) -> int:
        """Number of samples n."""

    def columns(self, neurons: NDArray[np.integer]) -> NDArray[np.float32]:
        """(n, k) features."""


class ColumnBlocks:
    """Chosen features of a layer, in blocks (:class:`heed.pls.blocks.FeatureBlocks`).

    Args:
        features: of the layer.
        neurons: (p,) which of them, in this order.
        width: features in a block.
    """

    def __init__(self, features: Columns, neurons: NDArray[np.integer], width: int = WIDTH) -> None:
        self._features, self._neurons, self._width = features, neurons, width

    @property
    def samples(self) -> int:
        """Number of samples n."""
        return self._features.samples

    @property
    def features(self) -> int:
        """Number of features p."""
        return len(self._neurons)

    def blocks(self) -> Iterator[Block]:
        """The blocks from the first feature to the last."""
        for start in range(0, self.features, self._width):
            where = slice(start, min(start + self._width, self.features))
            yield where, self._features.columns(self._neurons[where])


def neurons_of(
    channels: Sequence[int] | NDArray[np.integer], shape: Sequence[int]
) -> NDArray[np.intp]:
    """The neurons of channels, channel by channel.

    Args:
        channels: (k,) of a layer (C, h, w).
        shape: of the layer's features, channels first.

    Example:
        >>> neurons_of([2, 0], (3, 1, 2)).tolist()
        [4, 5, 0, 1]
    """
    each = int(np.prod(shape[1:]))
    return (np.asarray(channels)[:, None] * each + np.arange(each)).ravel().astype(np.intp)
