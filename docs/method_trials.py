"""What the methods of heed.explain need and cost: tried on tiny networks, and counted.

Counted are the images that go through a network for one more explained image of another batch, so
that what is done once a call, or once a batch, does not count.
"""

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

import heed
from heed.base.errors import InputError
from heed.explain.catalogue import METHODS
from heed.explain.method import PassMethod

PACKAGE = "package:GradCAM"
"""What stands for the methods of the grad-cam package."""

MASKS = 24
"""Where a method has masks; by default it may have many."""


class TrialError(ValueError):
    """A method's passes follow no rule that is known here."""


@dataclass(frozen=True)
class Size:
    """Of a tiny network: numbers that cannot be taken for each other."""

    channels: int
    side: int
    outputs: int
    batch_size: int

    @property
    def cells(self) -> int:
        """Of a map."""
        return self.side**2


SIZES = (Size(5, 4, 3, 2), Size(11, 5, 4, 4))

RULES: dict[str, Callable[[Size], int]] = {
    "0": lambda size: 0,
    "1": lambda size: 1,
    "2": lambda size: 2,
    "1 + C": lambda size: 1 + size.channels,
    "1 + n": lambda size: 1 + size.cells,
    "1 + M": lambda size: 1 + MASKS,
    "1 + 2 A": lambda size: 1 + 2 * size.outputs,
}
"""Passes by C channels, n cells, M masks and A outputs."""


@dataclass(frozen=True)
class Trial:
    """What a method needs.

    Args:
        affine: images through the network, where the head is affine behind the pooling.
        other: the same where it is not; None if the method refuses such a head.
        head: images through that head.
        tokens: whether it takes features that are tokens of a transformer.
    """

    affine: str
    other: str | None
    head: str | None
    tokens: bool


class Tiny(nn.Module):
    """A trunk of one convolution; a head with or without a hidden layer."""

    def __init__(self, size: Size, hidden: bool) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(3, size.channels, 3, padding=1), nn.ReLU())
        last: list[nn.Module] = [nn.Linear(size.channels, size.outputs)]
        if hidden:
            last = [nn.Linear(size.channels, 6), nn.Tanh(), nn.Linear(6, size.outputs)]
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), *last)

    def forward(self, images: Tensor) -> Any:
        """Logits (N, A)."""
        return self.head(self.trunk(images))


class TinyTransformer(nn.Module):
    """Patches, a class token before them, and one layer of attention."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 2, stride=2)
        self.norm = nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, size.outputs)

    def forward(self, images: Tensor) -> Any:
        """Logits (N, A)."""
        patches = self.patches(images).flatten(2).transpose(1, 2)
        tokens = self.norm(torch.cat([patches.mean(dim=1, keepdim=True), patches], dim=1))
        mixed, _ = self.attention(tokens, tokens, tokens, need_weights=False)
        return self.head(mixed[:, 0])


def tried(method: str) -> Trial:
    """What a method needs and costs, by trying it.

    Args:
        method: a name that heed.explain takes.

    Raises:
        TrialError: its passes follow none of :data:`RULES`.
    """
    affine = [passes(method, size, hidden=False) for size in SIZES]
    other = [passes(method, size, hidden=True) for size in SIZES]
    return Trial(
        affine=rule(method, [count[0] for count in affine if count]),
        other=rule(method, [count[0] for count in other if count]) if all(other) else None,
        head=rule(method, [count[1] for count in other if count]) if all(other) else None,
        tokens=takes_tokens(method),
    )


def rule(method: str, counts: list[int]) -> str:
    """The rule that gives these counts for :data:`SIZES`."""
    for name, count in RULES.items():
        if [count(size) for size in SIZES] == counts:
            return name
    raise TrialError(
        f"{method}: {counts} passes for the networks {SIZES}; expected one of {', '.join(RULES)}: "
        "add its rule to RULES in docs/method_trials.py"
    )


def passes(method: str, size: Size, hidden: bool) -> tuple[int, int] | None:
    """Images through trunk and head for one more image; None if the method refuses the head."""
    torch.manual_seed(0)
    network, counts = Tiny(size, hidden), [0, 0]
    for number, part in enumerate((network.trunk, network.head)):
        # Apart, since a head may be asked about features that are not an image's.
        part.register_forward_pre_hook(
            lambda _, inputs, number=number: _add(counts, number, len(inputs[0]))
        )
    found = []
    for images in (size.batch_size, 2 * size.batch_size):
        counts[:] = [0, 0]
        try:
            explained(method, network, torch.rand(images, 3, size.side, size.side), size, "trunk")
        except InputError:
            return None
        found.append(tuple(counts))
    one, two = found
    return (two[0] - one[0]) // size.batch_size, (two[1] - one[1]) // size.batch_size


def takes_tokens(method: str) -> bool:
    """Whether a method explains a transformer by its tokens."""
    torch.manual_seed(0)
    size, image = SIZES[0], torch.rand(1, 3, 8, 8)
    try:
        explained(method, TinyTransformer(size), image, size, "norm", reshape="tokens")
    except InputError:
        return False
    return True


def explained(
    method: str, network: nn.Module, images: Tensor, size: Size, layer: str, **told: Any
) -> None:
    """Explain images, with few masks where the method has masks."""
    entry = METHODS.get(method)
    options = inspect.signature(entry.maps).parameters if isinstance(entry, PassMethod) else ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of the package's price
        heed.explain(
            network, images, method, layer=layer, batch_size=size.batch_size,
            options={"masks": MASKS} if "masks" in options else None, **told,
        )  # fmt: skip


def _add(counts: list[int], number: int, images: int) -> None:
    counts[number] += images
