"""The scores that faces are sorted, filtered and drawn by: what each is, and what it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from heed.metrics.pointing_game import TOLERANCE

_OF_MAP: Final = frozenset({"method", "target", "placement", "filled"})
_OF_AREA: Final = _OF_MAP | {"threshold"}


@dataclass(frozen=True)
class ScoreName:
    """What a score is.

    Attributes:
        label: as it is printed.
        lo: the least that it can be; None where there is no such bound.
        hi: the most.
        depends: the fields of :class:`heed.explorer.conditions.Conditions` that decide it.
        stored: whether it is a column of ``data/scores``.
    """

    label: str
    lo: float | None
    hi: float | None
    depends: frozenset[str] = frozenset()
    stored: bool = True


def _share(label: str, depends: frozenset[str]) -> ScoreName:
    return ScoreName(label, 0.0, 1.0, depends)


SCORES: Final[Mapping[str, ScoreName]] = {
    "amr": _share("AMR", _OF_AREA | {"mask"}),
    "amr_uncorrected": _share("AMR, not corrected for size", _OF_AREA | {"mask"}),
    "proportional_energy": _share("Proportional energy", _OF_MAP | {"mask"}),
    "iou": _share("IoU of active area and mask", _OF_AREA | {"mask"}),
    "pointing_game": _share(f"Pointing game, within {TOLERANCE:g} pixels", _OF_MAP | {"mask"}),
    "pixel_roc_auc": _share("Pixel ROC AUC", _OF_MAP | {"mask"}),
    "active_area": _share("Active area", _OF_AREA),
    "intensity": _share("Intensity of the map", _OF_MAP),
    "border_share": _share("Energy in the border", _OF_MAP),
    "empty": ScoreName("Map is empty", 0.0, 1.0, _OF_MAP),
    "contribution": ScoreName("Contribution of the image, z - b", None, None),
    "contribution_share": _share("Share of the contribution", frozenset()),
    "bias_share": _share("Share of the bias", frozenset()),
    "logit": ScoreName("Logit z", None, None),
    "confidence": ScoreName("Confidence |z|", 0.0, None, stored=False),
}
"""By the name of their column in ``data/scores`` (docs/data.md)."""
