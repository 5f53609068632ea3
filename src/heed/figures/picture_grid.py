"""Rows and columns of pictures with their labels, as one figure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.figures.theme import TEXT_WIDTH, theme

LARGEST_SIDE: Final = 1.25
"""No picture is wider, in inches, however few there are."""

FRAME_COLOUR: Final = "#CC79A7"
"""Of the frame: not among the maps' colours, and told apart by colour-blind readers too."""

# Lengths in inches, font sizes in points.
_GAP, _GROUP_GAP = 0.04, 0.14
_LABEL_MARGIN, _WIDEST_ROW_LABEL = 0.06, 1.0
_LABEL_SIZE, _CAPTION_SIZE = 7.0, 7.0
_LEADING = 1.25  # line height over font size
_BOLD = 1.12  # width of bold text over plain
_HINTED = 1.06  # of text whose letters are moved to whole pixels, over its outline

Picture = NDArray[Any]
Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class _Layout:
    """Places in inches from the upper left corner, and texts broken into lines that fit."""

    side: float
    lefts: list[float]  # of the columns
    tops: list[float]  # of the rows
    height: float
    row_labels: list[str]
    column_labels: list[str]
    headings: list[tuple[str, float]]  # with their middles
    captions: list[list[str]]


def picture_grid(
    pictures: Sequence[Sequence[Picture | None]],
    *,
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    column_groups: Sequence[tuple[str, int]] = (),
    captions: Sequence[Sequence[str | None]] | None = None,
    framed: Sequence[Sequence[bool]] | None = None,
    width: float = TEXT_WIDTH,
) -> Figure:
    """Lay out square pictures in rows and columns.

    All of them share one set of axes whose unit is the inch (x right, y down from the
    upper left corner): hundreds of pictures are drawn in seconds. To draw on a picture in
    its own pixels, see :func:`pixels_of`.

    Args:
        pictures: rows of square RGB pictures, (S, S, 3) uint8 or floats in 0..1; None leaves
            a place free.
        row_labels: one per row, at the left; wrapped to an inch.
        column_labels: one per column, above; wrapped to the pictures' width.
        column_groups: headings above the column labels, each with the number of columns that
            it spans; groups are set apart by a gap.
        captions: one per picture, below it, wrapped to its width; None for no caption.
        framed: which pictures get a frame.
        width: of the figure in inches; it is narrower where pictures would exceed
            :data:`LARGEST_SIDE`.

    Returns:
        The figure.

    Raises:
        ValueError: if there is no picture, rows differ in length, a picture is not square or
            not RGB, a list of labels, captions or frames has another shape, or the width
            leaves no room for pictures.
    """
    _check(pictures, row_labels, column_labels, column_groups, captions, framed)
    with theme():
        layout = _layout(pictures, row_labels, column_labels, column_groups, captions, width)
        side = layout.side
        figure = Figure(figsize=(layout.lefts[-1] + side, layout.height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, layout.lefts[-1] + side), ylim=(layout.height, 0))
        axes.set_axis_off()
        for row, (top, in_row) in enumerate(zip(layout.tops, pictures, strict=True)):
            for column, (left, picture) in enumerate(zip(layout.lefts, in_row, strict=True)):
                if picture is not None:
                    box = (left, left + side, top + side, top)
                    axes.imshow(picture, extent=box, aspect="auto", gid=f"picture {row} {column}")
                if framed is not None and framed[row][column]:
                    _draw_frame(axes, left, top, side)
                if layout.captions[row][column]:
                    axes.text(
                        left + side / 2,
                        top + side + 0.02,
                        layout.captions[row][column],
                        ha="center",
                        va="top",
                        fontsize=_CAPTION_SIZE,
                    )
        for top, label in zip(layout.tops, layout.row_labels, strict=False):
            place = (layout.lefts[0] - _LABEL_MARGIN, top + side / 2)
            axes.text(*place, label, ha="right", va="center")
        for left, label in zip(layout.lefts, layout.column_labels, strict=False):
            axes.text(left + side / 2, layout.tops[0] - 0.03, label, ha="center", va="bottom")
        for heading, middle in layout.headings:
            axes.text(middle, 0.0, heading, ha="center", va="top", weight="bold")
    return figure


def pixels_of(figure: Figure, row: int, column: int) -> Transform:
    """The coordinates of one picture: its pixels, x right and y down, to the display.

    An integer is the centre of a pixel.

    Args:
        figure: made by :func:`picture_grid`.
        row: of the picture.
        column: of the picture.

    Returns:
        What the artists of ``figure.axes[0]`` take as ``transform``.

    Raises:
        ValueError: if there is no picture at this place.
    """
    axes = figure.axes[0]
    for image in axes.images:
        if image.get_gid() == f"picture {row} {column}":
            left, right, _, top = image.get_extent()
            pixels = image.get_size()[0]
            scaled = Affine2D().translate(0.5, 0.5).scale((right - left) / pixels)
            return scaled.translate(left, top) + axes.transData
    raise InputError(f"found no picture in row {row}, column {column} of the figure")


def note(text: str, width: float = TEXT_WIDTH) -> Figure:
    """A figure that holds one sentence, where a run has nothing to show.

    Args:
        text: the sentence.
        width: of the figure in inches.
    """
    with theme():
        lines = _wrapped(text, width - 0.3, _LABEL_SIZE)
        figure = Figure(figsize=(width, _height([lines], _LABEL_SIZE) + 0.2))
        figure.text(0.5, 0.5, lines, ha="center", va="center", style="italic")
    return figure


def _layout(
    pictures: Cells,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    column_groups: Sequence[tuple[str, int]],
    captions: Cells | None,
    width: float,
) -> _Layout:
    columns = len(pictures[0])
    group_of = [rank for rank, (_, span) in enumerate(column_groups) for _ in range(span)]
    group_of = group_of or [0] * columns
    rows = [_wrapped(label, _WIDEST_ROW_LABEL, _LABEL_SIZE) for label in row_labels]
    left = max((_text_width(label, _LABEL_SIZE) for label in rows), default=-_LABEL_MARGIN)
    left += _LABEL_MARGIN
    gaps = _GAP * (columns - 1) + (_GROUP_GAP - _GAP) * group_of[-1]
    side = min((width - left - gaps) / columns, LARGEST_SIDE)
    if side <= 0:
        raise InputError(
            f"a grid of {columns} columns and row labels {left:.1f} inches wide does not fit "
            f"{width:g} inches; give fewer columns or shorter labels"
        )
    lefts = [
        left + column * (side + _GAP) + (_GROUP_GAP - _GAP) * group
        for column, group in enumerate(group_of)
    ]
    headings = []
    for rank, (name, _) in enumerate(column_groups):
        own = [lefts[column] for column in range(columns) if group_of[column] == rank]
        right = own[-1] + side
        text = _wrapped(name, right - own[0], _BOLD * _LABEL_SIZE)
        headings.append((text, (own[0] + right) / 2))
    labels = [_wrapped(label, side, _LABEL_SIZE) for label in column_labels]
    texts = [
        [_wrapped(text or "", side, _CAPTION_SIZE) for text in row]
        for row in captions or [[None] * columns] * len(pictures)
    ]
    top = _height([text for text, _ in headings], _LABEL_SIZE) + _height(labels, _LABEL_SIZE)
    tops = []
    for in_row in texts:
        tops.append(top)
        top += side + _GAP + _height(in_row, _CAPTION_SIZE)
    return _Layout(side, lefts, tops, top, rows, labels, headings, texts)


def _check(
    pictures: Cells,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    column_groups: Sequence[tuple[str, int]],
    captions: Cells | None,
    framed: Cells | None,
) -> None:
    shape = [len(row) for row in pictures]
    if not shape or min(shape) == 0 or min(shape) != max(shape):
        raise InputError(f"rows of {shape} pictures; expected rows of the same length above 0")
    for name, cells in (("captions", captions), ("frames", framed)):
        if cells is not None and [len(row) for row in cells] != shape:
            raise InputError(
                f"{name}: found {[len(row) for row in cells]}, expected {shape}, one per picture"
            )
    for name, count, found in (
        ("row labels", len(shape), len(row_labels)),
        ("column labels", shape[0], len(column_labels)),
        ("columns in groups", shape[0], sum(span for _, span in column_groups)),
    ):
        if found not in (0, count):
            raise InputError(f"{name}: found {found}, expected {count} or none")
    for picture in (picture for row in pictures for picture in row if picture is not None):
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.shape[0] != picture.shape[1]:
            raise InputError(f"a picture is {picture.shape}; expected (S, S, 3)")


def _draw_frame(axes: Axes, left: float, top: float, side: float) -> None:
    inset = 0.01  # half the line's width, so that the frame stays inside the picture
    inner = side - 2 * inset
    axes.add_patch(
        Rectangle(
            (left + inset, top + inset),
            inner,
            inner,
            fill=False,
            edgecolor=FRAME_COLOUR,
            linewidth=2 * inset * 72,
        )
    )


def _height(texts: Sequence[str], size: float) -> float:
    """Inches that the highest of some texts takes, with a margin; 0 without text."""
    lines = max((text.count("\n") + 1 for text in texts if text), default=0)
    return lines * size * _LEADING / 72 + (0.04 if lines else 0.0)


def _wrapped(text: str, width: float, size: float) -> str:
    """Break lines that would exceed ``width``: after spaces, _ and -, or else anywhere."""
    lines = []
    for line in text.split("\n"):
        lines.append("")
        for word in re.findall(r"[^ _-]+[ _-]*|[ _-]+", line):
            parts = [word] if _line_width(word.rstrip(), size) <= width else list(word)
            for part in parts:
                if lines[-1] and _line_width((lines[-1] + part).rstrip(), size) > width:
                    lines.append("")
                lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def _text_width(text: str, size: float) -> float:
    return max(_line_width(line, size) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def _line_width(line: str, size: float) -> float:
    """Inches, as the font of :func:`heed.figures.theme.theme` has it."""
    outline = TextPath((0, 0), line, size=size).get_extents().width if line else 0.0
    return _HINTED * float(outline) / 72
