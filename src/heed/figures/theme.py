"""The common style of all figures: sizes, colours and fonts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

TEXT_WIDTH = 7.16
"""Width of the text of a two-column paper, inches."""

COLUMN_WIDTH = 3.5
"""Width of one of its columns, inches."""

POSITIVE_COLOUR = "#0072B2"
NEGATIVE_COLOUR = "#D55E00"

# Apart from each other in grey as well, and from the two above.
CORRECT_COLOUR = "#117733"
INCORRECT_COLOUR = "#CC79A7"

# seaborn's palette "colorblind", which takes a second to import for these lines.
_COLOUR_BLIND = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc",
    "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9",
)  # fmt: skip

# Its style "whitegrid", where that differs from what matplotlib does by itself, and our sizes.
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".8",
    "axes.grid": True,
    "axes.labelcolor": ".15",
    "axes.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 8,
    "axes.titley": 1.0,  # without looking for labels in its way, a sixth of the time
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "DejaVu Sans", "Liberation Sans", "Bitstream Vera Sans"],
    "font.size": 7,
    "grid.color": ".8",
    "grid.linewidth": 0.5,
    "legend.fontsize": 6.5,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "svg.hashsalt": "heed",  # without it matplotlib draws random identifiers
    "text.color": ".15",
    "xtick.bottom": False,
    "xtick.color": ".15",
    "xtick.labelsize": 6.5,
    "ytick.color": ".15",
    "ytick.labelsize": 6.5,
    "ytick.left": False,
}

MASK_VERSIONS = ("1", "2", "3", "evidence")
"""Versions of the masks in the order of their colours."""


@contextmanager
def theme(*, axes_at_the_top: bool = False) -> Iterator[None]:
    """Context in which figures are drawn in Heed's style; matplotlib's settings are restored.

    Args:
        axes_at_the_top: titles move above labels that stand over a panel.
    """
    with mpl.rc_context(_STYLE | ({"axes.titley": None} if axes_at_the_top else {})):
        yield


def model_colours(models: Sequence[str]) -> dict[str, str]:
    """A colour for each model, in their order, told apart by colour-blind readers too."""
    return dict(zip(models, cycle(_COLOUR_BLIND), strict=False))


def version_colours(versions: Sequence[str]) -> dict[str, str]:
    """A colour for each version of the masks, the same in every figure, from dark to light.

    Args:
        versions: some of :data:`MASK_VERSIONS`, or names of others.
    """
    known = [*MASK_VERSIONS, *(name for name in versions if name not in MASK_VERSIONS)]
    palette = shades("viridis", len(known))
    return {name: colour for name, colour in zip(known, palette, strict=True) if name in versions}


def shades(colour_map: str, count: int) -> list[str]:
    """Colours at equal steps of one of matplotlib's maps, without its two ends, as ``#rrggbb``.

    Args:
        colour_map: its name.
        count: number of colours.

    Example:
        >>> shades("gray", 3)
        ['#404040', '#808080', '#c0c0c0']
    """
    steps = np.linspace(0, 1, count + 2)[1:-1]
    return [to_hex(colour) for colour in mpl.colormaps[colour_map](steps)]


def png(figure: Figure, dpi: int) -> bytes:
    """Encode ``figure`` as PNG; the same figure gives the same bytes.

    Args:
        figure: the figure; it can be drawn on afterwards.
        dpi: dots per inch.
    """
    buffer = BytesIO()
    # Matplotlib writes its version and, for some formats, the date unless told not to.
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, bbox_inches="tight")
    return buffer.getvalue()


def pdf(figure: Figure, dpi: int) -> bytes:
    """Encode ``figure`` as PDF; the same figure gives the same bytes.

    Args:
        figure: the figure; it can be drawn on afterwards.
        dpi: dots per inch of the pictures inside; lines and text have no resolution.
    """
    buffer = BytesIO()
    # TrueType: publishers refuse matplotlib's default, Type 3
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(
            buffer, format="pdf", dpi=dpi, metadata={"CreationDate": None}, bbox_inches="tight"
        )
    return buffer.getvalue()
