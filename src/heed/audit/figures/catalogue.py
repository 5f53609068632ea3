"""The registry of the audit's figures, and what they can be drawn from.

A new figure is a new module in this folder that calls :func:`figure`; see
:mod:`heed.figures.registry`. The page, the paper's files and the documentation all take names and
captions from here. A figure's name is the name of its file; numbers are those of Bieri (2023). A
figure that there is once for each network takes the number that the thesis has for the network
beside it (:mod:`heed.audit.counterparts`).
"""

from collections.abc import Mapping
from typing import Any, Final

from heed.audit.counterparts import counterparts
from heed.figures.registry import FigureRegistry

FIGURES: Final = FigureRegistry(
    "heed.audit.figures",
    {
        "numbers": {
            "model": "the networks; by name the published one beside each, or None",
            "amr": "metrics/tables/amr.csv, wide: a row per attribute",
            "attributes": "metrics/tables/attributes.csv: faces with and without each attribute",
            "causal": "metrics/tables/causal.csv: moves of logits by flips and deleted cells",
            "crossed": "metrics/tables/crossed.csv: rates and scores by a second attribute",
            "errors": "metrics/tables/errors.csv: error rates per model and attribute",
            "gaps": "metrics/tables/gaps.csv: differences between groups per model and attribute",
            "gap_versions": "metrics/tables/gap_versions.csv: PE gaps by version of the masks",
            "groups": "metrics/tables/groups.csv: means per model, metric, group and attribute",
            "kl": "metrics/tables/kl.csv: KL divergences between average maps",
            "mask_versions": "metrics/tables/mask_versions.csv: scores by version of the masks",
            "mask_overlap": "metrics/tables/mask_overlap.csv: agreement of versions of the masks",
            "scales": "metrics/tables/scales.csv: what uniform, middle and best maps score",
            "least_faces": "aggregate.least_faces: of a group that counts in means",
            "order": "names of the attributes, the most balanced in training first",
            "threshold": "score.threshold: pixels of a map above it are active",
            "version": "mask.version of the scores, as text",
        },
        "averages": {
            "face": "the average face, (S, S, 3), 0..255, RGB",
            "averages": "per model the average maps and the number of faces in each",
            "averages_of_z": "the same of target 1, of the groups that were predicted",
            "order": "indices of the attributes, the most balanced in training first",
            "majority": "the majority class in training, (40,), -1 or +1",
            "masks": "per attribute the pixels that are in most faces' masks, (40, S, S) bool",
            "evidence": "the same of the evidence; None where faces have none",
        },
        "faces": {
            "faces": "the faces of the audited partition (heed.audit.figures.audited.Faces)",
            "maps": "their maps, scores and masks (heed.audit.figures.audited.Maps)",
            "count": "face_figures.faces: how many faces stand side by side",
            "target_attributes": "face_figures.target_attributes, names",
            "shift": "the constant shift of landmarks, pixels to the right and down",
            "scale": "crop.scale, in distances between eyes and mouth",
        },
    },
)

figure = FIGURES.figure
"""Registers the function below it as what draws a figure."""


def run_values(weightings: Mapping[str, str | None]) -> dict[str, Any]:
    """The values on which names, numbers and texts of the figures depend.

    Args:
        weightings: by name of the network ``models.<name>.weighting``, None where nothing is said.

    Example:
        >>> numbers = FIGURES.entries("numbers", run_values({"unbalanced": "none"}))
        >>> [entry.name for entry in numbers if entry.number == "5.2"]
        ['amr_and_error_by_error_unbalanced']
    """
    return {"model": counterparts(weightings)}
