"""The common style of all figures: sizes, colours and fonts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

TEXT_WIDTH = 7.0
"""Width of a figure over a whole page, inches: it fits the text of the usual journals."""

COLUMN_WIDTH = 3.5
"""Width of a figure in one of two columns, inches."""

SMALLEST_FONT = 7
"""Points: no text of a figure is smaller, at the width at which it is printed."""

# Not blue and orange, which are the first two networks'.
POSITIVE_COLOUR = "#7563AA"
NEGATIVE_COLOUR = "#BDB544"

MARK_COLOURS = "#0072B2", "#D55E00"
"""Of two kinds of marks on faces."""

# Apart from each other in grey as well, and from the two above.
CORRECT_COLOUR = "#117733"
INCORRECT_COLOUR = "#CC79A7"

# seaborn's palette "colorblind", which takes a second to import for these lines.
_COLOUR_BLIND = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc",
    "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9",
)  # fmt: skip

_MARGIN = 0.03  # inches above and below pictures

# Its style "whitegrid", where that differs from what matplotlib does by itself, and our sizes.
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".8",
    "axes.grid": True,
    "axes.labelcolor": ".15",
    "axes.labelsize": SMALLEST_FONT,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 8,
    "axes.titley": 1.0,  # without looking for labels in its way, a sixth of the time
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "DejaVu Sans", "Liberation Sans", "Bitstream Vera Sans"],
    "font.size": SMALLEST_FONT,
    "grid.color": ".8",
    "grid.linewidth": 0.5,
    "legend.fontsize": SMALLEST_FONT,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "svg.hashsalt": "heed",  # without it matplotlib draws random identifiers
    "text.color": ".15",
    "xtick.bottom": False,
    "xtick.color": ".15",
    "xtick.labelsize": SMALLEST_FONT,
    "ytick.color": ".15",
    "ytick.labelsize": SMALLEST_FONT,
    "ytick.left": False,
}

MASK_VERSIONS = ("1", "2", "3", "evidence")
"""Versions of the masks in the order of their colours."""

VERSION_MARKERS = {"1": "o", "2": "D", "3": "s", "evidence": "^"}
"""Shapes of their dots."""


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
    figure.savefig(
        buffer,
        format="png",
        dpi=dpi,
        metadata={"Software": None},
        bbox_inches=printed_part(figure),
    )
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
            buffer,
            format="pdf",
            dpi=dpi,
            metadata={"CreationDate": None},
            bbox_inches=printed_part(figure),
        )
    return buffer.getvalue()


def printed_part(figure: Figure) -> Bbox | None:
    """What of a figure goes to its file, in inches: as wide as a column or as a page.

    A figure with a layout fills itself. One of pictures has its legend below itself, and may be
    narrower: it is put in the middle.
    """
    if figure.get_layout_engine() is not None:
        return None
    drawn = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
    width = COLUMN_WIDTH if drawn.width <= COLUMN_WIDTH else max(TEXT_WIDTH, drawn.width)
    middle = (drawn.x0 + drawn.x1) / 2
    below, above = drawn.y0 - _MARGIN, drawn.y1 + _MARGIN
    return Bbox.from_extents(middle - width / 2, below, middle + width / 2, above)
