"""Which way to PLS is the cheapest: Gram matrices of each draw, one of their union, or none.

Several targets may each have their own draw of samples. The same fits come from

- ``own``: a Gram matrix for each draw, all in one reading of the features;
- ``union``: one Gram matrix over all samples that any draw takes, sliced and centred for each;
- ``passes``: products with the features themselves, a reading for each component.

Which is cheaper depends on how far the draws overlap, and on what it takes to read a feature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from heed.arguments.numbers import check_amount, check_count
from heed.base.errors import InputError
from heed.pls.dual import COMPONENTS

Route = Literal["own", "union", "passes"]

MATRIX_VECTOR: Final = 78
"""A multiply-add of a product of a matrix and a vector in those of a product of two matrices.

The former waits for memory, so that up to as many vectors take no longer. Measured by
benchmarks/pls.py with 2,048 samples on two cores, what each reading adds included.
"""

MEMORY: Final = 2.0 * 2**30
"""Bytes that matrices may take."""


@dataclass(frozen=True)
class Cost:
    """What a route takes, up to the scores of the training samples.

    Attributes:
        multiply_adds: in those of a product of two matrices.
        bytes: that are held at once, beside a block of features.
        readings: how often the features are read.
    """

    multiply_adds: float
    bytes: float
    readings: int


@dataclass(frozen=True)
class Choice:
    """The cheapest route that fits, and what each would take."""

    route: Route
    costs: Mapping[Route, Cost]
    reasons: Mapping[Route, str]

    def __str__(self) -> str:
        """A sentence for a log or a page."""
        told = [
            f"{route}: {cost.multiply_adds:.2g} multiply-adds, {cost.bytes / 2**30:.2g} GiB, "
            f"{cost.readings} reading{'s' * (cost.readings > 1)}"
            + (f" ({why})" if (why := self.reasons.get(route)) else "")
            for route, cost in self.costs.items()
        ]
        return f"PLS by the route {self.route!r} ({'; '.join(told)})"


def cheapest(
    draws: Sequence[int],
    union: int,
    features: int,
    *,
    components: int = COMPONENTS,
    targets: int = 1,
    value: float = 0.0,
    scale: bool = False,
    memory: float = MEMORY,
) -> Choice:
    """Choose a route by its multiply-adds, of those that fit into memory.

    Args:
        draws: number of samples n_d of each draw; one where all targets share their samples.
        union: number of different samples N in all draws.
        features: p.
        components: K.
        targets: of each draw.
        value: what it takes to read one value of one sample, in multiply-adds: about those of the
            network up to the layer over p where it runs anew, about 10 from a file in memory.
        scale: whether features are scaled by the deviations of each draw; rules out ``union``.
        memory: bytes that matrices may take. ``passes`` is taken where nothing else fits.

    Raises:
        InputError: no draws, a number that is none, or a union that cannot be.

    Example:
        >>> small = cheapest([2048] * 40, union=2400, features=200_000, value=1000)
        >>> small.route
        'union'
        >>> paper = cheapest([2048] * 40, union=60_000, features=3_211_264, value=1000)
        >>> print(paper)
        PLS by the route 'own' (own: 4.6e+14 multiply-adds, 1.3 GiB, 1 reading; ...)
    """
    if not draws:
        raise InputError("draws: found no draw; expected at least one")
    counts = {"features": features, "components": components, "targets": targets, "union": union}
    for name, number in (*counts.items(), *(("draws", size) for size in draws)):
        check_count(name, number)
    check_amount("value", value, "multiply-adds", may_be_0=True)
    check_amount("memory", memory, "bytes", may_be_0=True)
    if not 1 <= union <= sum(draws):
        raise InputError(f"union: found {union} samples; expected 1 to {sum(draws)} (all draws)")
    reading = value * union * features
    squares = sum(n**2 for n in draws)
    costs: dict[Route, Cost] = {
        "own": Cost(squares * features / 2 + reading, 8.0 * squares + 4 * max(draws) ** 2, 1),
        # A slice is used before the next is cut.
        "union": Cost(union**2 * features / 2 + reading, 12.0 * union**2 + 8 * max(draws) ** 2, 1),
        "passes": Cost(
            components * (2 * max(MATRIX_VECTOR, targets) * sum(draws) * features + reading),
            8.0 * 4 * components * targets * sum(draws),
            components,
        ),
    }
    reasons: dict[Route, str] = {
        route: "more than the memory allowed"
        for route, cost in costs.items()
        if cost.bytes > memory and route != "passes"
    }
    if scale:
        reasons["union"] = "cannot be scaled for each draw"
    able = [route for route in costs if route not in reasons]
    return Choice(min(able, key=lambda route: costs[route].multiply_adds), costs, reasons)
