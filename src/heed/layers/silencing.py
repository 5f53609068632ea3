"""Parts of a layer set to 0, to see what the layers behind it lose."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from heed.base.errors import InputError
from heed.explain.hooks import exchanged, first_tensor
from heed.explain.modes import turn_of
from heed.layers.calls import Call, Watch
from heed.layers.layer import Layer, check_layer
from heed.layers.network import network_of

Unit = Literal["neuron", "channel"]


@contextmanager
def silenced(
    network: nn.Module,
    layer: Layer,
    units: Sequence[int] | NDArray[np.integer],
    unit: Unit = "neuron",
) -> Iterator[None]:
    """Set some units of a layer to 0 in all passes of this thread, until the block is left.

    The weights stay as they are. What is computed later sees the zeros: with
    :func:`heed.layers.streaming.features_of` in the block, the features of later layers are those
    of the silenced network, if they are read in the block.

    Args:
        network: whose layer it is.
        layer: one of :func:`heed.layers.listing.layers_of`.
        units: (k,) numbers of neurons (0 to ``layer.features`` - 1, see
            :class:`heed.layers.layer.Layer`) or of channels; there may be none.
        unit: which of the two they are. Behind the pooling both are the same.

    Raises:
        InputError: a unit that is not there; or a pass that does not come to the layer.

    Example:
        >>> from heed.layers.listing import layers_of
        >>> network = nn.Sequential(nn.Linear(1, 3), nn.ReLU())
        >>> _ = nn.init.ones_(network[0].weight), nn.init.zeros_(network[0].bias)
        >>> linear, relu = layers_of(network, torch.ones(1, 1))
        >>> with torch.no_grad(), silenced(network, linear, [0, 2]):
        ...     print(network(torch.ones(1, 1)))
        tensor([[0., 1., 0.]])
    """
    if unit not in get_args(Unit):
        raise InputError(f"unit: found {unit!r}; expected {', '.join(get_args(Unit))}")
    check_layer(layer)
    network = network_of(network)
    count = layer.features if unit == "neuron" else layer.channels
    at = units_of(units, count, f"layer {layer.name!r}: {unit}s")
    silencer = _Silencer(layer, at, unit)
    with (
        turn_of(network),
        Watch(network, silencer.see, silencer.begun, silencer.ended),
    ):
        yield


def units_of(
    units: Sequence[int] | NDArray[np.integer], count: int, what: str
) -> NDArray[np.int64]:
    """Numbers of units, held to how many there are.

    Raises:
        InputError: naming what was found.
    """
    at = np.asarray(units)
    if at.ndim != 1 or (at.size and not np.issubdtype(at.dtype, np.integer)):
        raise InputError(f"{what}: found {at.dtype} {at.shape}; expected whole numbers (k,)")
    if at.size and (at.min() < 0 or at.max() >= count):
        raise InputError(f"{what}: found {at.min()} to {at.max()}; expected 0 to {count - 1}")
    return at.astype(np.int64)


class _Silencer:
    def __init__(self, layer: Layer, at: NDArray[np.int64], unit: Unit) -> None:
        self._layer, self._met = layer, False
        silent = torch.zeros(layer.shape, dtype=torch.bool)
        (silent if unit == "channel" else silent.view(-1))[torch.from_numpy(at)] = True
        self._silent = silent

    def begun(self) -> None:
        self._met = False

    def ended(self) -> None:
        if not self._met:
            raise InputError(
                f"layer {self._layer.name!r}: a pass did not come to it, and nothing was set to 0; "
                "expected images that take the way of the example of which layers were listed"
            )

    def see(self, call: Call, inputs: tuple[Any, ...], output: Any) -> Any:
        if call != self._layer.call:
            return output
        self._met = True
        features = first_tensor(output, self._layer.name)
        if tuple(features.shape[1:]) != self._layer.shape:
            raise InputError(
                f"layer {self._layer.name!r}: found features {tuple(features.shape[1:])}; expected "
                f"{self._layer.shape}: list the layers of images of this size"
            )
        silent = self._silent.to(features.device)
        if any(each is features for each in inputs):
            # A function that works in place: the network may go on with either name of the tensor.
            features.masked_fill_(silent, 0)
            return output
        return exchanged(output, features.masked_fill(silent, 0))
