"""How well the networks tell gender after each epoch of their training."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from heed.affact.figures.catalogue import figure
from heed.affact.figures.overall_by_set import MARKERS
from heed.base.errors import InputError
from heed.figures.attribute_bars import legend_above
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import TEXT_WIDTH, model_colours, theme

ATTRIBUTE: Final = "Male"
"""The report's gender."""

_MARGIN = 0.04  # of the epochs, at both ends


@figure(
    "accuracy_by_epoch",
    kind="numbers",
    number="3.4",
    title="Accuracy of gender",
    caption=(
        "Share of the validation faces whose gender (CelebA's Male) each network recognises, "
        "after each epoch of its training."
    ),
    needs=("attribute_errors",),
)
def draw_accuracy_by_epoch(attribute_errors: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw one line per network.

    Args:
        attribute_errors: by network the share of wrong decisions, 0..1: index ``epoch``, from 1,
            and a column per attribute, of which :data:`ATTRIBUTE` is drawn.

    Returns:
        A figure as wide as a page's text.

    Raises:
        InputError: for a network whose errors have no such column.
    """
    colours = model_colours(list(attribute_errors))
    with theme():
        drawn = Figure(figsize=(TEXT_WIDTH, 2.4), layout="constrained")
        panel = drawn.subplots()
        for rank, (network, table) in enumerate(attribute_errors.items()):
            if ATTRIBUTE not in table.columns:
                raise InputError(
                    f"{network}: found the errors of {', '.join(table.columns) or 'no attribute'}; "
                    f"expected {ATTRIBUTE} among them: train it again"
                )
            accuracy = 100 * (1 - table[ATTRIBUTE].to_numpy(np.float64))
            points = np.column_stack([table.index.to_numpy(np.float64), accuracy])
            keep_points(panel, network, points, [f"epoch {epoch}" for epoch in table.index])
            panel.plot(
                table.index,
                accuracy,
                color=colours[network],
                linewidth=0.9,
                marker=MARKERS[rank % len(MARKERS)],
                markersize=3,
                label=network,
            )
        last = max(len(table) for table in attribute_errors.values())
        panel.set_xlim(1 - _MARGIN * last, (1 + _MARGIN) * last + 0.1)
        panel.set_xlabel("epoch")
        panel.set_ylabel("accuracy of gender\non validation (%)")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        legend_above(drawn)
    return drawn
