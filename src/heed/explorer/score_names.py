"""The scores that faces are sorted, filtered and drawn by: what each is, and what it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

_OF_MAP: Final = frozenset({"method", "target", "placement", "filled"})
_OF_AREA: Final = _OF_MAP | {"threshold"}


@dataclass(frozen=True)
class ScoreName:
    """What a score is.

    Attributes:
        label: as it is printed.
        unit: ``share``, ``logit`` or empty.
        lo: the least that it can be; None where there is no such bound.
        hi: the most.
        direction: +1 where higher is better, -1 where lower is, 0 where neither.
        depends: the fields of :class:`heed.explorer.conditions.Conditions` that decide it.
        stored: whether it is a column of ``data/scores``.
    """

    label: str
    unit: str
    lo: float | None
    hi: float | None
    direction: Literal[-1, 0, 1]
    depends: frozenset[str] = frozenset()
    stored: bool = True


def _share(label: str, direction: Literal[-1, 0, 1], depends: frozenset[str]) -> ScoreName:
    return ScoreName(label, "share", 0.0, 1.0, direction, depends)


SCORES: Final[Mapping[str, ScoreName]] = {
    "amr": _share("AMR", 1, _OF_AREA | {"mask"}),
    "amr_uncorrected": _share("AMR, not corrected for size", 1, _OF_AREA | {"mask"}),
    "proportional_energy": _share("Proportional energy", 1, _OF_MAP | {"mask"}),
    "iou": _share("IoU of active area and mask", 1, _OF_AREA | {"mask"}),
    "pointing_game": _share("Pointing game, within 15 pixels", 1, _OF_MAP | {"mask"}),
    "pixel_roc_auc": _share("Pixel ROC AUC", 1, _OF_MAP | {"mask"}),
    "active_area": _share("Active area", 0, _OF_AREA),
    "intensity": _share("Intensity of the map", 0, _OF_MAP),
    "border_share": _share("Energy in the border", 0, _OF_MAP),
    "empty": ScoreName("Map is empty", "", 0.0, 1.0, 0, _OF_MAP),
    "contribution": ScoreName("Contribution of the image, z - b", "logit", None, None, 0),
    "contribution_share": _share("Share of the contribution", 0, frozenset()),
    "bias_share": _share("Share of the bias", 0, frozenset()),
    "logit": ScoreName("Logit z", "logit", None, None, 0),
    "confidence": ScoreName("Confidence |z|", "logit", 0.0, None, 0, stored=False),
}
"""By the name of their column in ``data/scores`` (docs/data.md)."""
