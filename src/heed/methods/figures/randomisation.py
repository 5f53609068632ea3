"""Do maps change while the network forgets what it has learnt?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import TEXT_WIDTH, model_colours, theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.scores_by_method import REFERENCE_COLOUR
from heed.methods.map_names import map_name

TITLES = {
    "rank": "rank correlation",
    "absolute": "rank correlation, absolute values",
    "ssim": "structural similarity",
}


@figure(
    "randomisation",
    kind="numbers",
    title="Likeness to the trained network's maps",
    caption=(
        "How alike maps are to those of the trained network while its blocks get random weights, "
        "from its output down; names below the axis are of the block that was last. Hollow: "
        "likeness of the trained network's maps of different images, which maps of a method have "
        "anyway. Dashed: all blocks but the lowest are random; the check is read there."
    ),
    needs=("randomisation", "references"),
)
def draw_randomisation(randomisation: pd.DataFrame, references: Sequence[str]) -> Figure:
    """Draw a panel per measure with a line per method.

    Args:
        randomisation: of :func:`heed.methods.tables.randomisation.randomisation_table`.
        references: maps that are drawn in grey.

    Returns:
        A figure as wide as a page's text.
    """
    methods = list(dict.fromkeys(randomisation["method"]))
    colours = model_colours(methods) | dict.fromkeys(references, REFERENCE_COLOUR)
    blocks = list(dict.fromkeys(randomisation["block"]))
    places = ["trained", *(readable(block) for block in blocks), "other images"]
    deciding = randomisation.loc[randomisation["decides"], "step"].iloc[0]
    with theme():
        drawn = Figure(figsize=(TEXT_WIDTH, 3.2), layout="constrained")
        measures = list(dict.fromkeys(randomisation["measure"]))
        axes = drawn.subplots(1, len(measures), sharey=True, squeeze=False)[0]
        for panel, measure in zip(axes, measures, strict=True):
            panel.axvline(deciding, color="#949494", linestyle="--", linewidth=0.8)
            of_measure = randomisation[randomisation["measure"] == measure]
            for method in methods:
                rows = of_measure[of_measure["method"] == method]
                values = np.array([1.0, *rows["likeness"], rows["others"].iloc[0]])
                line = np.arange(len(values))
                style = {"color": colours[method], "markersize": 3}
                panel.plot(
                    line[:-1], values[:-1], "-o", linewidth=1.0, label=map_name(method), **style
                )
                panel.plot(line[-1:], values[-1:], "o", markerfacecolor="none", **style)
                keep_points(panel, map_name(method), np.stack([line, values], axis=1), places)
            panel.set_title(TITLES[measure])
            panel.set_xticks(range(len(places)), places, rotation=60, ha="right")
        handles, names = axes[0].get_legend_handles_labels()
        drawn.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    return drawn
