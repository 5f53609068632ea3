"""The common style of all figures: sizes, colours and fonts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import matplotlib as mpl
import seaborn as sns
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

MASK_VERSIONS = ("1", "2", "3", "evidence")
"""Versions of the masks in the order of their colours."""


@contextmanager
def theme() -> Iterator[None]:
    """Context in which figures are drawn in Heed's style; matplotlib's settings are restored."""
    settings = {
        "font.size": 7,
        "axes.titlesize": 8,
        "axes.labelsize": 7,
        "xtick.labelsize": 6.5,
        "ytick.labelsize": 6.5,
        "legend.fontsize": 6.5,
        "axes.linewidth": 0.6,
        "grid.linewidth": 0.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "heed",  # without it matplotlib draws random identifiers
    }
    with sns.axes_style("whitegrid"), mpl.rc_context(settings):
        yield


def model_colours(models: Sequence[str]) -> dict[str, str]:
    """A colour for each model, in their order, told apart by colour-blind readers too."""
    palette = sns.color_palette("colorblind", n_colors=max(len(models), 2)).as_hex()
    return dict(zip(models, palette, strict=False))


def version_colours(versions: Sequence[str]) -> dict[str, str]:
    """A colour for each version of the masks, the same in every figure, from dark to light.

    Args:
        versions: some of :data:`MASK_VERSIONS`, or names of others.
    """
    known = [*MASK_VERSIONS, *(name for name in versions if name not in MASK_VERSIONS)]
    palette = sns.color_palette("viridis", n_colors=len(known)).as_hex()
    return {name: colour for name, colour in zip(known, palette, strict=True) if name in versions}


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
