"""Cells in the order of a map, and what a network says when they go or come in that order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.perturbing.counts import check_count
from heed.metrics.perturbing.perturbations import Perturbations

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Order:
    """The cells of maps by their importance; of equal ones the first counts as more important.

    Args:
        ranks: (N, A, n), 0 for the most important cell.
        known: (N, A), whether there is an order: a map that is constant, such as an empty one, has
            none, nor has one with a NaN in it.
    """

    ranks: NDArray[np.intp]
    known: Bools

    @classmethod
    def of(cls, values: Floats) -> "Order":
        """The order of maps (N, A, n)."""
        ranks = np.argsort(np.argsort(-values, axis=-1, kind="stable"), axis=-1, kind="stable")
        known = ~np.isnan(values).any(axis=-1)
        return cls(ranks, known & (values.max(axis=-1) > values.min(axis=-1)))

    def most(self, count: int) -> Bools:
        """The most important cells: (N, A, n), ``count`` of them true."""
        return self.ranks < count


def curve(order: Order, kept: Sequence[Bools], perturbations: Perturbations) -> Floats:
    """How sure the network is of each answer while cells go or come by the map of that answer.

    Args:
        order: of the maps (N, A, n); those without one are not asked about.
        kept: K choices of cells (N, A, n).
        perturbations: asked about each distinct choice.

    Returns:
        (N, A, K); NaN where there is no order.
    """
    images, outputs, cells = order.ranks.shape
    choices = np.stack(kept, axis=2)  # (N, A, K, n)
    choices[~order.known] = True  # the whole image, which is asked about anyway
    logits = perturbations.logits(choices.reshape(images, outputs * len(kept), cells))
    sure = perturbations.probabilities(logits).reshape(images, outputs, len(kept), outputs)
    own = sure[:, np.arange(outputs), :, np.arange(outputs)]  # (A, N, K)
    return np.where(order.known[..., None], own.swapaxes(0, 1), np.nan)


def steps_of(cells: int, steps: int | None) -> list[int]:
    """Numbers of cells from none to all, in equal steps.

    Args:
        cells: how many there are.
        steps: how many steps, or None for one a cell, which is the most.

    Raises:
        ValueError: there is no step, or steps are no whole number.

    Example:
        >>> steps_of(49, 7)
        [0, 7, 14, 21, 28, 35, 42, 49]
    """
    if steps is not None:
        check_count("steps", steps)
    count = cells if steps is None else min(steps, cells)
    return [round(cells * step / count) for step in range(count + 1)]


def in_order(maps: ArrayLike, perturbations: Perturbations) -> Order:
    """The order of maps, see :meth:`heed.metrics.perturbing.perturbations.Perturbations.in_cells`.

    Args:
        maps: (N, A, h, w) of the grid, or (N, A, H, W) in pixels.
        perturbations: whose cells these are.
    """
    return Order.of(perturbations.in_cells(maps))
