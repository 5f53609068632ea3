"""What the papers report, to be set beside the numbers of a run.

Table 5.1 of Bieri (2023) is printed with two decimals; the counts of attributes are taken from its
cells, the means from its row OVERALL, the correlations from the text. PE and balanced errors are
those of the published networks under the code of the follow-up (arXiv 2403.14435), with HiResCAM.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Training = Literal["balanced", "unbalanced"]

TABLE: Final = "Bieri 2023, Table 5.1"
FOLLOW_UP: Final = "follow-up, HiResCAM"


@dataclass(frozen=True)
class Reported:
    """What is reported of one network.

    Attributes:
        error_rate: mean over the 40 attributes, fraction.
        balanced_error_rate: the same of the mean of FNR and FPR.
        amr: mean over the 40 attributes of the AMR of all faces.
        amr_correct: of correct decisions.
        amr_incorrect: of incorrect decisions.
        amr_gt_pos: of faces with the attribute.
        amr_gt_neg: of faces without it.
        pearson: correlation of AMR and error rate over attributes.
        incorrect_above_correct: attributes whose AMR is higher for incorrect decisions.
        positive_above_negative: attributes whose AMR is higher for faces that show them.
        pe_predicted_minority: mean PE where the class that is rarer in training is predicted.
        pe_predicted_majority: where the more frequent class is.
    """

    error_rate: float
    balanced_error_rate: float
    amr: float
    amr_correct: float
    amr_incorrect: float
    amr_gt_pos: float
    amr_gt_neg: float
    pearson: float
    incorrect_above_correct: int
    positive_above_negative: int
    pe_predicted_minority: float
    pe_predicted_majority: float


REPORTED: Final[dict[Training, Reported]] = {
    "balanced": Reported(
        error_rate=0.12,
        balanced_error_rate=0.112,
        amr=0.46,
        amr_correct=0.45,
        amr_incorrect=0.51,
        amr_gt_pos=0.56,
        amr_gt_neg=0.44,
        pearson=-0.1706,
        incorrect_above_correct=26,
        positive_above_negative=31,
        pe_predicted_minority=0.591,
        pe_predicted_majority=0.475,
    ),
    "unbalanced": Reported(
        error_rate=0.08,
        balanced_error_rate=0.163,
        amr=0.19,
        amr_correct=0.19,
        amr_incorrect=0.30,
        amr_gt_pos=0.43,
        amr_gt_neg=0.16,
        pearson=0.2211,
        incorrect_above_correct=30,
        positive_above_negative=36,
        pe_predicted_minority=0.655,
        pe_predicted_majority=0.326,
    ),
}
"""AFFACT-b and AFFACT-ub on the frontal test images of CelebA."""

ATTRIBUTES_COUNTED: Final = 40
"""Attributes behind the two counts."""


Beside = Mapping[str, Reported | None]
"""By network of a run, the published one beside it; None where none is."""


def reported(weightings: Mapping[str, str | None]) -> Beside:
    """The published network that each network of a run is set beside.

    A network named balanced or unbalanced is taken at its name, for weights from a file need not
    have been trained as ``params.yaml`` says; any other goes by its weighting of the loss.

    Args:
        weightings: by name of the network ``models.<name>.weighting``; ``none`` is unbalanced.
            None, where the weights are given and nothing is said of their training, has no
            published network beside it unless the name tells.
    """
    return {name: _beside(name, weighting) for name, weighting in weightings.items()}


def _beside(name: str, weighting: str | None) -> Reported | None:
    if name in REPORTED:
        return REPORTED[name]
    if weighting is None:
        return None
    return REPORTED["unbalanced" if weighting == "none" else "balanced"]
