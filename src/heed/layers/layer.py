"""A network's layers in order of depth, and how some of them are chosen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from math import prod
from typing import Any, Final, overload

from heed.base.errors import InputError
from heed.layers.calls import Call
from heed.layers.names import KINDS, Kind

NEAR: Final = 4
"""Names that a message lists."""


@dataclass(frozen=True)
class Layer:
    """One place in a pass where features are put out.

    Its features are counted in the order of ``shape`` (NumPy's C order): neuron i of a grid lies at
    ``np.unravel_index(i, shape)``, that is (channel, y, x), and channel c has the h * w neurons
    from c * h * w on.

    Attributes:
        name: path of its module, or of the module whose ``forward`` calls the function, and the
            function's name: ``layer1.0.add``. Where a pass comes by several times, each time is a
            layer: ``layer1.0.relu:1``, ``layer1.0.relu:2``.
        kind: what made the features.
        depth: 0 for the first layer that a pass comes to, 1 for the next.
        shape: of the features of one image: (c, h, w), or (c,) behind the pooling.
        ends_branch: whether nothing but a sum or a concatenation takes what it puts out.
        call: where it is found in a pass.
    """

    name: str
    kind: Kind
    depth: int
    shape: tuple[int, ...]
    ends_branch: bool
    call: Call

    @property
    def features(self) -> int:
        """Number of features of an image: of its neurons."""
        return prod(self.shape)

    @property
    def channels(self) -> int:
        """Number of channels; without a grid each neuron is one."""
        return self.shape[0]


class Layers(Sequence[Layer]):
    """The layers of a network in order of depth, as one pass came to them.

    Args:
        layers: in this order.
        missing: sentences on what the list cannot hold; empty where all is there.
    """

    def __init__(self, layers: Iterable[Layer], missing: Iterable[str] = ()) -> None:
        self._layers = tuple(layers)
        self.missing = tuple(missing)

    @overload
    def __getitem__(self, at: int) -> Layer: ...
    @overload
    def __getitem__(self, at: slice) -> "Layers": ...
    def __getitem__(self, at: int | slice) -> "Layer | Layers":
        if isinstance(at, slice):
            return Layers(self._layers[at], self.missing)
        return self._layers[at]

    def __len__(self) -> int:
        return len(self._layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers)

    def choose(
        self, names: str | Iterable[str] = ("*",), kinds: Kind | Iterable[Kind] = KINDS
    ) -> "Layers":
        """Those layers that have one of some names and one of some kinds.

        Args:
            names: names, or patterns of them with ``*``, ``?`` and ``[…]``. One without a number
                behind a colon takes all calls: ``layer1.0.relu`` is ``layer1.0.relu:1`` and on.
            kinds: ``branch`` takes every layer that ends a branch, whatever made its features.

        Returns:
            Them, in order of depth, each once.

        Raises:
            InputError: a name is no text, matches no layer, or none of these kinds; a kind is none.

        Example:
            >>> import torch
            >>> from torch import nn
            >>> from heed.layers.listing import layers_of
            >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
            >>> layers = layers_of(network, torch.zeros(1, 3, 8, 8))
            >>> [layer.name for layer in layers.choose(kinds=["conv"])]
            ['0', '2']
            >>> layers.choose(["1"])[0].shape
            (4, 6, 6)
        """
        names, kinds = _texts("names", names), _texts("kinds", kinds)
        for kind in kinds:
            if kind not in KINDS:
                raise InputError(f"kinds: found {kind!r}; expected {', '.join(KINDS)}")
        wanted = [layer for layer in self if _is_of(layer, kinds)]
        chosen: set[int] = set()
        for pattern in names:
            found = {layer.depth for layer in wanted if _is_called(layer, pattern)}
            if not found:
                raise InputError(self._nothing(pattern, kinds))
            chosen |= found
        return Layers((layer for layer in wanted if layer.depth in chosen), self.missing)

    def _nothing(self, pattern: str, kinds: Sequence[Kind]) -> str:
        others = [layer for layer in self if _is_called(layer, pattern)]
        if others:
            of = ", ".join(dict.fromkeys(layer.kind for layer in others))
            return (
                f"layers: {pattern!r} is no layer of kind {', '.join(kinds)}; found {of} "
                f"({others[0].name!r}). Name another layer, or its kind"
            )
        bare = pattern.strip("*?")
        names = [layer.name for layer in self]
        near = [name for name in names if bare and bare.lower() in name.lower()][:NEAR]
        near = near or get_close_matches(bare, names, NEAR, cutoff=0.4)
        near = near or names[:NEAR]
        return (
            f"layers: {pattern!r} matches none of {len(self)} layers; near are "
            f"{', '.join(map(repr, near)) or 'none'} (heed.layers.listing.layers_of lists all)"
        )


def check_layer(layer: object) -> None:
    """Refuse what is no layer, such as the name of one.

    Raises:
        InputError: naming what was found.
    """
    if not isinstance(layer, Layer):
        raise InputError(
            f"layer: found {layer!r} ({type(layer).__name__}); expected one of "
            "heed.layers.listing.layers_of(network, images), whose choose(names) finds it by name"
        )


def _texts(what: str, given: Any) -> list[Any]:
    several = [given] if isinstance(given, str) else given
    if not isinstance(several, Iterable):
        several = [several]
    found = list(several)
    if other := [each for each in found if not isinstance(each, str)]:
        raise InputError(
            f"{what}: found {other[0]!r} ({type(other[0]).__name__}); expected text, or a list of "
            "texts"
        )
    return found


def _is_of(layer: Layer, kinds: Sequence[Kind]) -> bool:
    return layer.kind in kinds or (layer.ends_branch and "branch" in kinds)


def _is_called(layer: Layer, pattern: str) -> bool:
    name, _, _ = layer.name.partition(":")
    return fnmatchcase(layer.name, pattern) or fnmatchcase(name, pattern)
