"""KL divergence between average maps, per attribute (Bieri 2023, figure 5.7)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.figures.attribute_bars import Floats, column, legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.theme import shades, theme
from heed.metrics.estimates import OVERALL

FEW_FACES: Final = 10
"""An average over fewer is mostly noise, which the divergence counts as difference."""

FEW_LABEL: Final = f"fewer than {FEW_FACES} faces in a group"

SMALLEST: Final = 1e-5
"""Divergences below it, in nats, are drawn at the axis' end: 0 has no place on a log axis."""

SMALLEST_LABEL: Final = f"at the left end: less than {SMALLEST:.5f}"

WITHIN: Final = {
    "correctness": ("correct | incorrect", "#D55E00", "o"),
    "label": ("positive (gt+) | negative (gt-)", "#009E73", "D"),
}
"""Comparisons within a network: label, colour (red and green as in the thesis, told apart by
colour-blind readers too) and marker."""

_MARKERS = "os^Dv<>PX"


@figure(
    "kl_divergence",
    kind="numbers",
    number="5.7",
    title="KL divergence of average maps",
    caption=(
        "KL divergence between average maps of each attribute (nats, logarithmic axis): between "
        "the networks and, within each network, between correct and incorrect decisions and "
        "between faces with and without the attribute. Attributes are sorted from the most to "
        "the least balanced. Hollow markers: fewer than 10 faces in one of the groups."
    ),
    needs=("kl", "order"),
)
def draw_kl_divergence(kl: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw the divergences of the networks from each other, and of groups within each network.

    The divergence is the sum over pixels of p log(p / q), for average maps p and q that sum to 1.

    Args:
        kl: columns ``comparison`` (``models``, ``correctness`` or ``label``), ``p`` and ``q``
            (``<network>/<group>``), ``attribute``, ``n_p`` and ``n_q`` (faces in the averages)
            and ``proper`` (nats).
        order: attributes from top to bottom.

    Returns:
        A figure as wide as a page's text: a panel for the pairs of networks, if there are
        several, and one for each network, with the same logarithmic axis.

    Raises:
        ValueError: if a pair lacks an attribute.
    """
    kl = kl[kl["attribute"] != OVERALL]
    panels_of: dict[str, list[Dots]] = {}
    pairs = list(dict.fromkeys(zip(kl["comparison"], kl["p"], kl["q"], strict=True)))
    between = [(p, q) for comparison, p, q in pairs if comparison == "models"]
    colours = shades("cividis", len(between) + 1)
    for index, (p, q) in enumerate(between):
        label = f"{p.rpartition('/')[0]} | {q.rpartition('/')[0]}"
        marker = _MARKERS[index % len(_MARKERS)]
        dots = _dots(kl, (p, q), order, label, colours[index], marker)
        panels_of.setdefault("between networks", []).append(dots)
    for comparison, p, q in pairs:
        if comparison in WITHIN:
            model = p.rpartition("/")[0]
            dots = _dots(kl, (p, q), order, *WITHIN[comparison])
            panels_of.setdefault(f"within {model}", []).append(dots)
    with theme():
        figure, panels = panels_for(order, bars=2, panels=len(panels_of))
        limits = _limits(
            np.concatenate([dots.numbers for all_ in panels_of.values() for dots in all_])
        )
        for panel, series in zip(panels, panels_of.values(), strict=True):
            _draw(panel, series, limits)
        title_panels(figure, panels, list(panels_of))
        legend_above(figure)
    return figure


def _dots(
    kl: pd.DataFrame,
    pair: tuple[str, str],
    order: Sequence[str],
    label: str,
    colour: str,
    marker: str,
) -> Dots:
    rows = kl[(kl["p"] == pair[0]) & (kl["q"] == pair[1])].set_index("attribute")
    missing = [name for name in order if name not in rows.index]
    if missing:
        raise InputError(
            f"the table of KL divergences has no row with p {pair[0]}, q {pair[1]} and attribute "
            f"{missing[0]}; expected {len(order)} rows, {len(missing)} are missing"
        )
    rows = rows.loc[list(order)]
    fewest = np.minimum(column(rows, "n_p"), column(rows, "n_q"))
    proper = column(rows, "proper")
    return Dots(label, colour, proper, marker=marker, hollow=fewest < FEW_FACES, n=fewest)


def _limits(divergences: Floats) -> tuple[float, float]:
    """Whole decades around the divergences that the axis can show."""
    shown = divergences[divergences >= SMALLEST]
    if not len(shown):
        return SMALLEST, 1.0
    low, high = 10 ** np.floor(np.log10(shown.min())), 10 ** np.ceil(np.log10(shown.max()))
    return float(low), float(max(high, 10 * low))


def _draw(panel: Axes, series: Sequence[Dots], limits: tuple[float, float]) -> None:
    low, high = limits
    panel.set_xscale("log")
    panel.set_xlim(low / 1.5, high)
    panel.xaxis.set_major_locator(LogLocator(numticks=99))  # one per decade
    panel.set_xlabel("KL divergence (nats)")
    draw_dots(
        panel,
        [
            # Not the divergence itself: what is below the axis would not be seen at all.
            Dots(
                dots.label,
                dots.colour,
                np.where(dots.numbers < SMALLEST, low / 1.5, dots.numbers),
                marker=dots.marker,
                hollow=dots.hollow,
                n=dots.n,
            )
            for dots in series
        ],
    )
    if any(dots.hollow is not None and dots.hollow.any() for dots in series):
        panel.scatter(
            [], [], s=9, facecolors="white", edgecolors="0.3", linewidths=0.6, label=FEW_LABEL
        )
    if any((dots.numbers < SMALLEST).any() for dots in series):
        panel.scatter([], [], s=9, marker="|", color="0.3", linewidths=0.6, label=SMALLEST_LABEL)
