"""How groups of faces are named and drawn, the same in all figures that show dots."""

from dataclasses import dataclass
from typing import Final

from heed.figures.theme import (
    CORRECT_COLOUR,
    INCORRECT_COLOUR,
    NEGATIVE_COLOUR,
    POSITIVE_COLOUR,
)


@dataclass(frozen=True)
class GroupStyle:
    """Name and look of a group.

    Attributes:
        label: for legends.
        short: for narrow axes.
        colour: of its marks.
        marker: of its dots, so that they can be told apart without colour.
    """

    label: str
    short: str
    colour: str
    marker: str


GROUP_STYLES: Final[dict[str, GroupStyle]] = {
    "all": GroupStyle("all faces", "all", "0.25", "o"),
    "gt_positive": GroupStyle("positive (gt+)", "gt+", POSITIVE_COLOUR, "o"),
    "gt_negative": GroupStyle("negative (gt-)", "gt-", NEGATIVE_COLOUR, "D"),
    "correct": GroupStyle("correctly classified", "correct", CORRECT_COLOUR, "o"),
    "incorrect": GroupStyle("incorrectly classified", "incorrect", INCORRECT_COLOUR, "D"),
    "predicted_majority": GroupStyle(
        "majority class predicted", "predicted majority", "#56B4E9", "D"
    ),
    "predicted_minority": GroupStyle(
        "minority class predicted", "predicted minority", "#882255", "o"
    ),
}
"""By group (see :data:`heed.metrics.groups.GROUPS`). Majority and minority are the class that is
more frequent in training and the other one."""
