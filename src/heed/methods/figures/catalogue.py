"""The registry of the study's figures, and what they can be drawn from.

A new figure is a new module in this folder that calls :func:`figure`; see
:mod:`heed.figures.registry`.
"""

from typing import Final

from heed.figures.registry import FigureRegistry

FIGURES: Final = FigureRegistry(
    "heed.methods.figures",
    {
        "numbers": {
            "methods": "mean scores (heed.methods.tables.methods_by_metric.methods_table)",
            "ranks": "average ranks (heed.methods.tables.methods_by_metric.ranks_table)",
            "agreement": "Kendall's tau of metrics (heed.methods.tables.suitability)",
            "factors": "differences from the base (heed.methods.tables.factors)",
            "progress": "means along training (heed.methods.tables.progress)",
            "randomisation": "likeness of maps, block by block (heed.methods.tables.randomisation)",
            "runs": "outcomes and mean scores of every run",
            "labels": "by metric or outcome its name in figures",
            "references": "names of the maps that no network has a part in",
        },
    },
)

figure = FIGURES.figure
"""Registers the function below it as what draws a figure."""
