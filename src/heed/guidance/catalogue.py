"""The map losses by name."""

import inspect
from typing import Any, Final

from heed.base.errors import InputError
from heed.base.registry import Registry
from heed.guidance.map_loss import MapLoss
from heed.guidance.names import FOLDER

LOSSES: Final[Registry[type[MapLoss]]] = Registry(FOLDER)
"""The files of :mod:`heed.guidance.losses`."""


def map_loss(name: str, **options: Any) -> MapLoss:
    """A map loss.

    Args:
        name: one of :data:`LOSSES`.
        options: its parameters, where others than its defaults are wanted.

    Raises:
        InputError: there is no such loss, or it has no such parameter.

    Example:
        >>> map_loss("iou", steepness=20.0)
        IouLoss(threshold=0.5, steepness=20.0)
    """
    if name not in LOSSES:
        raise InputError(f"loss: found {name!r}; expected {', '.join(map(repr, LOSSES))}")
    loss = LOSSES[name]
    known = inspect.signature(loss).parameters
    unknown = sorted(set(options) - set(known))
    if unknown:
        expected = ", ".join(known) or "none"
        raise InputError(f"loss {name!r}: found the parameter {unknown[0]!r}; it has {expected}")
    return loss(**options)
