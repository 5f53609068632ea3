"""Which outputs of a network are explained, and what they are called."""

from collections.abc import Sequence

import numpy as np

from heed.base.errors import InputError


def places_of(outputs: Sequence[int] | None, count: int) -> list[int]:
    """The numbers of the outputs that are asked for.

    Args:
        outputs: some of them, each once, in any order; None means all.
        count: how many the network has.

    Raises:
        ValueError: they are no such list.

    Example:
        >>> places_of([2, 0], count=3)
        [2, 0]
    """
    if outputs is None:
        return list(range(count))
    found = np.asarray(outputs)
    whole = found.ndim == 1 and found.dtype.kind in "iu" and found.size > 0
    once = whole and len(np.unique(found)) == len(found)
    if not once or (found < 0).any() or (found >= count).any():
        given = found.tolist() if found.ndim else outputs
        raise InputError(
            f"outputs: found {given}; expected a list of some of 0 to {count - 1}, each once"
        )
    places: list[int] = found.tolist()
    return places


def check_names(names: Sequence[str] | None, count: int) -> None:
    """Refuse names that are not one an output.

    Raises:
        ValueError: there are more or fewer of them, or they are no list of strings.
    """
    if names is None:
        return
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise InputError(f"names: found {names!r}; expected a list of strings, one for each output")
    if len(names) != count:
        raise InputError(f"names: found {len(names)} for {count} outputs; expected as many")
