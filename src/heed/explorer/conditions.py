"""What the maps and scores that are shown were taken under."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from heed.explain.targets import TARGETS

TARGET_NAMES: Final = tuple(TARGETS)
"""What maps may explain: ``positive``, ``predicted``, …, see :mod:`heed.explain.targets`."""


@dataclass(frozen=True)
class Conditions:
    """What decides a map and its scores.

    Attributes:
        method: of the map, such as ``gradcam``.
        target: what the map explains, one of :data:`TARGET_NAMES`.
        placement: the rule that says where the map's cells lie, see :mod:`heed.explain.placement`.
        mask: version of the masks, such as ``2``, ``evidence`` or ``regions/hat``.
        threshold: pixels above it are active, 0..1.
        filled: whether pixels beyond the photograph count: ``keep``, or ``leave_out``.
    """

    method: str
    target: str
    placement: str
    mask: str
    threshold: float
    filled: str

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Conditions":
        """From what :func:`heed.audit.tables.score_table.conditions_of` gives.

        Raises:
            KeyError: one of them is missing.
            ValueError: the number of a target is none.
        """
        names = {number: name for name, number in TARGETS.items()}
        if stored["target"] not in names:
            raise ValueError(f"target: found {stored['target']!r}; expected 1, 2, 3 or 4")
        return cls(
            method=str(stored["method"]),
            target=names[stored["target"]],
            placement=str(stored["placement"]),
            mask=str(stored["mask_version"]),
            threshold=float(stored["threshold"]),
            filled=str(stored["filled"]),
        )

    def beside(self, other: "Conditions") -> str:
        """What is otherwise here than in other conditions, as text.

        Example:
            >>> from dataclasses import replace
            >>> here = Conditions("gradcam", "predicted", "half_pixel", "2", 0.5, "keep")
            >>> here.beside(replace(here, mask="3", threshold=0.0))
            'mask 2, threshold 0.5'
        """
        return ", ".join(
            f"{each.name} {getattr(self, each.name)}"
            for each in fields(self)
            if getattr(self, each.name) != getattr(other, each.name)
        )
