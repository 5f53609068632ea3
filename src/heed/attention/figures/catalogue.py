"""The registry of the study's figures, and what they can be drawn from.

A new figure is a new module in this folder that calls :func:`figure`; see
:mod:`heed.figures.registry`. They stand for Figures 1 and 4 to 7 of Yang et al. (2019) and have
none of their numbers: what each of these shows is not known in enough detail to say that ours is
the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from heed.attention.tables.study import Study
from heed.base.names import readable
from heed.figures.registry import FigureRegistry

_STUDY: Final = {
    "study": "networks, runs and pairs (heed.attention.tables.study.Study)",
    "pair": "by name of a pair its attribute, readable",
    "run": "by name of a guided run what it is called",
}

FIGURES: Final = FigureRegistry(
    "heed.attention.figures",
    {
        "numbers": {
            "values": "numbers of all runs (heed.attention.tables.comparisons.compared)",
            "seeds": "numbers of single trainings (heed.attention.tables.comparisons.compared)",
            "attributes": "numbers of all attributes (heed.attention.tables.attributes)",
            "changes": "what changed in them (heed.attention.tables.attributes)",
            **_STUDY,
        },
        "faces": {
            "examples": "by run and pair faces with their maps (heed.attention.figures.shown)",
            **_STUDY,
        },
    },
)

figure = FIGURES.figure
"""Registers the function below it as what draws a figure."""


def run_values(study: Study) -> dict[str, Mapping[str, Any] | Study]:
    """What names and texts of figures depend on."""
    return {
        "study": study,
        "pair": {name: readable(pair.attribute) for name, pair in study.pairs.items()},
        "run": {name: study.full_label(name) for name in study.guided},
    }
