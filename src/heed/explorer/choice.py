"""Which faces are shown, and in which order: by group, name and range of any score."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explorer.score_columns import GROUPS, SCORES, ScoreColumns

BY_PLACE: Final = "place"
"""The order of the audit itself, in the place of a score to sort by."""


@dataclass(frozen=True)
class Choice:
    """Which faces are shown, and in which order.

    Attributes:
        groups: of :data:`heed.explorer.score_columns.GROUPS`; a face of no group in it is left out.
        names: faces whose names have this text in them, or fit it as a pattern where it has a
            ``*``, ``?`` or ``[``; capital letters are as small ones. Empty: all.
        ranges: by score the least and the highest value, both included; a face without the score is
            left out.
        sort: name of a score, or :data:`BY_PLACE`.
        descending: the highest first.
        network: by whose scores; empty where the columns say it.

    Raises:
        InputError: of a group or score that there is not, or a range that is none.
    """

    groups: tuple[str, ...] = GROUPS
    names: str = ""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sort: str = BY_PLACE
    descending: bool = False
    network: str = ""

    def __post_init__(self) -> None:
        for group in self.groups:
            if group not in GROUPS:
                raise InputError(f"groups: found {group!r}; expected of {', '.join(GROUPS)}")
        if self.sort != BY_PLACE and self.sort not in SCORES:
            raise InputError(
                f"sort: found {self.sort!r}; expected {BY_PLACE} or one of {', '.join(SCORES)}"
            )
        for score, (low, high) in self.ranges.items():
            if score not in SCORES:
                raise InputError(f"ranges: found {score!r}; expected of {', '.join(SCORES)}")
            if math.isnan(low) or math.isnan(high) or low > high:
                raise InputError(
                    f"ranges: {score}: found {low} to {high}; expected two numbers, the lower first"
                )


def chosen(columns: ScoreColumns, images: Sequence[str], choice: Choice) -> NDArray[np.int64]:
    """The faces of a choice, in its order.

    Args:
        columns: scores of N faces.
        images: their names.
        choice: which of them, and in which order.

    Returns:
        (n,) int64, places among the faces; those without the score that they are sorted by last,
        in either direction, and those with the same one in the order of their places.

    Raises:
        InputError: the choice is by another network's scores; or a file of scores is damaged.
    """
    if choice.network and choice.network != columns.network:
        raise InputError(
            f"network: found scores of {columns.network}; expected those of {choice.network}"
        )
    wanted = np.array([name in choice.groups for name in GROUPS])
    keep = wanted[columns.group]
    for score, (low, high) in choice.ranges.items():
        values = columns.values[score]
        # A bound is float32 as the scores are: 0.3 as it is shown lets a score of 0.3 in.
        keep &= (values >= np.float32(low)) & (values <= np.float32(high))
    places = np.flatnonzero(keep)
    if choice.names:
        fits = _fitting(choice.names)
        named = [fits(images[place]) for place in places.tolist()]
        places = places[np.array(named, np.bool_)]
    if choice.sort == BY_PLACE:
        return places[::-1] if choice.descending else places
    values = columns.values[choice.sort][places]
    order = np.argsort(-values if choice.descending else values, kind="stable")
    return places[order]  # NumPy sorts NaN last, and of -NaN too


def _fitting(names: str) -> Callable[[str], bool]:
    wanted = names.casefold()
    if not set("*?[") & set(wanted):
        return lambda image: wanted in image.casefold()
    pattern = re.compile(translate(wanted))
    return lambda image: pattern.match(image.casefold()) is not None
