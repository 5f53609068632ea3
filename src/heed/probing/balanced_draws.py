"""Class-balanced draws of faces, one per attribute: what its probes are fitted and chosen on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError

LEAST: dict[str, int] = {"training": 8, "validation": 2}
"""Faces of each class that a part of a draw needs: a classifier of eight numbers, and a choice."""


@dataclass(frozen=True)
class AttributeDraw:
    """Faces of the pool that an attribute is probed with, half of them with it.

    Attributes:
        attribute: which.
        training: (n,) rows that probes are fitted on; empty where there are too few faces.
        validation: (m,) rows, others than these, that units are chosen on; likewise.
        why: a sentence on what is missing; empty where nothing is.
    """

    attribute: str
    training: NDArray[np.intp]
    validation: NDArray[np.intp]
    why: str = ""

    @property
    def defined(self) -> bool:
        """Whether the attribute can be probed."""
        return bool(len(self.training))


def balanced_draws(
    labels: ArrayLike,
    attributes: Sequence[str],
    rows: NDArray[np.integer],
    *,
    training: int,
    validation: int,
    seed: int,
) -> list[AttributeDraw]:
    """Draw faces for each attribute from the pool, without replacement.

    As many faces as are asked for, or as its rarer class allows: its faces are then divided
    between the parts as the numbers asked for are. Draws of different attributes have nothing to do
    with each other, and another attribute more changes none.

    Args:
        labels: (N, A) -1 or +1, of all faces.
        attributes: the A names.
        rows: the pool, such as those of training and validation partition.
        training: faces to fit on, even; both classes alike.
        validation: faces to choose on, even.
        seed: of the draws.

    Returns:
        A draw per attribute, rows in ascending order.

    Raises:
        InputError: an odd or negative number, or labels of another shape.

    Example:
        >>> draw, = balanced_draws([[1]] * 30 + [[-1]] * 90, ["Bald"], np.arange(120),
        ...     training=40, validation=120, seed=0)
        >>> len(draw.training), len(draw.validation)  # of the 30: 8 and 22
        (16, 44)
    """
    values = np.asarray(labels)
    if values.ndim != 2 or values.shape[1] != len(attributes):
        raise InputError(f"labels: found {values.shape}; expected (faces, {len(attributes)})")
    for name, count in (("training", training), ("validation", validation)):
        if count < 2 or count % 2:
            raise InputError(f"{name}: found {count}; expected an even number from 2 on")
    return [
        _draw(name, values[rows, number], np.asarray(rows, np.intp), training, validation, seed)
        for number, name in enumerate(attributes)
    ]


def _draw(
    attribute: str,
    labels: NDArray[np.integer],
    pool: NDArray[np.intp],
    training: int,
    validation: int,
    seed: int,
) -> AttributeDraw:
    classes = [pool[labels > 0], pool[labels < 0]]
    able = min(len(of_class) for of_class in classes)
    wanted = (training + validation) // 2
    per_class = training // 2 if able >= wanted else round(able * training / (2 * wanted))
    rest = min(able, wanted) - per_class
    if per_class < LEAST["training"] or rest < LEAST["validation"]:
        words = "with" if len(classes[0]) <= len(classes[1]) else "without"
        nothing = np.empty(0, np.intp)
        return AttributeDraw(
            attribute,
            nothing,
            nothing,
            f"{able} faces {words} it, which leaves {per_class} to fit on and {rest} to choose on; "
            f"expected {LEAST['training']} and {LEAST['validation']}",
        )
    # The attribute's name is part of the seed, so that its draw depends on no other attribute.
    random = np.random.default_rng([seed, *attribute.encode()])
    parts: tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]] = [], []
    for of_class in classes:
        drawn = random.permutation(of_class)
        parts[0].append(drawn[:per_class])
        parts[1].append(drawn[per_class : per_class + rest])
    fitted, chosen = (np.sort(np.concatenate(part)) for part in parts)
    return AttributeDraw(attribute, fitted, chosen)
