"""Average maps of every attribute, model and group (Bieri 2023, figures 5.8 to 5.10)."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.base.names import readable
from heed.base.rounding import count_text
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.outlines import DASHED, SOLID, Line, draw_line, draw_outline
from heed.figures.overlay import overlay
from heed.figures.picture_grid import FRAME_COLOUR
from heed.figures.selection import spread_over
from heed.figures.sheet import GAP, Sheet, arrange
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, theme
from heed.metrics.groups import GROUPS

CLASS_OF_GROUP: Final = {
    "predicted_positive": 1,
    "predicted_negative": -1,
    "gt_positive": 1,
    "gt_negative": -1,
}
"""The groups that are one class of the attribute, and which."""

LABELS: Final = {
    "all": ("", "all faces"),
    "gt_positive": ("labelled", "present"),
    "gt_negative": ("labelled", "absent"),
    "correct": ("", "correct"),
    "incorrect": ("", "incorrect"),
    "predicted_positive": ("predicted", "present"),
    "predicted_negative": ("predicted", "absent"),
    "predicted_majority": ("predicted", "majority"),
    "predicted_minority": ("predicted", "minority"),
}
"""Of each group: how it was formed, and its name among the groups so formed."""

# Inches, and points for fonts.
PAGE_HEIGHT = 9.0  # of a page's text, less the margin around a figure
LEGEND, LINE, NAME, COUNT, BELOW = 0.24, 0.115, 0.14, 0.115, 0.06
NAME_LINES, LABEL_LINES = 3, 2
CHARACTER = 0.06  # mean width
PIXELS = 128  # of a picture's side: more than print shows at these sizes

SHOWN: Final = 12
"""Attributes of a figure that has two groups of each network, so that its pictures are large."""

OUTLINED: Final = (
    "White line: the mask, where at least half of the faces have it. Black line with white dashes: "
    "the evidence, likewise; photographs have none."
)

CHOSEN: Final = (
    "Twelve attributes at evenly spaced ranks of class balance in training, the most balanced "
    f"first. {OUTLINED}"
)

Box = tuple[float, float, float]
"""Left, top and side of a picture."""


@figure(
    "averages_by_prediction",
    kind="averages",
    place="4.2.1",
    title="Average maps by predicted class",
    caption=(
        "Average map of an attribute over the faces for which a network predicts it as "
        "present and as absent, for the target that is scored. Below each picture: the number of "
        "faces, a mean over the trainings; a grey face means that there are none. A frame marks "
        f"the majority class in training. {CHOSEN}"
    ),
    needs=("face", "averages", "order", "majority", "masks", "evidence"),
    given={"groups": ("predicted_positive", "predicted_negative"), "most": SHOWN},
)
@figure(
    "averages_by_model",
    kind="averages",
    number="5.10",
    title="Average maps of the networks",
    caption=(
        "Average map of each attribute over all audited faces, with the networks side by side. "
        "Attributes run down the columns, from the most to the least balanced in training. "
        f"{OUTLINED}"
    ),
    needs=("face", "averages", "order", "majority", "masks", "evidence"),
    given={"groups": ("all",)},
)
@figure(
    "averages_by_correctness",
    kind="averages",
    number="5.8",
    title="Average maps by correctness",
    caption=(
        "Average map of an attribute over the faces that a network classifies correctly and "
        "over those that it classifies incorrectly. Below each picture: the number of faces, a "
        f"mean over the trainings; a grey face means that there are none. {CHOSEN}"
    ),
    needs=("face", "averages", "order", "majority", "masks", "evidence"),
    given={"groups": ("correct", "incorrect"), "most": SHOWN},
)
@figure(
    "averages_by_label",
    kind="averages",
    number="5.9",
    title="Average maps by label",
    caption=(
        "Average map of an attribute over the faces with and without the attribute. The "
        "number of faces is given below each picture. A frame marks the majority class in "
        f"training. {CHOSEN}"
    ),
    needs=("face", "averages", "order", "majority", "masks", "evidence"),
    given={"groups": ("gt_positive", "gt_negative"), "most": SHOWN},
)
def draw_average_maps(
    face: NDArray[np.floating],
    averages: Mapping[str, tuple[Any, NDArray[np.float64]]],
    groups: Sequence[str],
    order: Sequence[int] | NDArray[np.integer],
    majority: NDArray[np.int8] | None,
    stored: Sequence[str] = GROUPS,
    masks: NDArray[np.bool_] | None = None,
    evidence: NDArray[np.bool_] | None = None,
    most: int | None = None,
) -> Figure:
    """Lay average maps over the average face, an attribute's models and groups side by side.

    Under each picture is the number of its faces; a group without any is a grey face. A group
    that is one class of the attribute is framed where this is the majority in training.

    Args:
        face: the average face, (S, S, 3), 0..255, RGB.
        averages: per model the average maps, (40, groups, S, S) in 0..1, NaN without a face,
            an array or a stored zarr array; and the number of faces, a mean over the
            trainings, (40, groups).
        groups: names of the groups, from left to right.
        order: indices of the attributes, downwards, column after column.
        majority: majority class per attribute, (40,), -1 or +1; None for no frames.
        stored: names of the groups in ``averages``, in their order.
        masks: per attribute the mask that is outlined, (40, S, S); None for no outlines.
        evidence: the same of the evidence, whose outline is dashed.
        most: draw no more than these attributes, at evenly spaced ranks of ``order``; None for
            all.

    Returns:
        A figure as wide as a page's text; for up to six maps per attribute no higher.

    Raises:
        ValueError: if there is no model, group or attribute, or a group is unknown.
    """
    unknown = [group for group in groups if group not in stored]
    if unknown or not (groups and averages and len(order)):
        raise InputError(
            f"average maps: found models {list(averages)}, groups {list(groups)} and "
            f"{len(order)} attributes; expected at least one of each, and groups out of "
            f"{', '.join(stored)}"
        )
    if most is not None:
        order = [order[rank] for rank in spread_over(np.arange(len(order)), most)]
    columns = [list(stored).index(group) for group in groups]
    counts = np.stack([n[:, columns] for _, n in averages.values()], axis=1)[list(order)]
    # one number for all pictures is given once
    once = len(groups) == 1 and np.unique(counts).size == 1
    same = count_text(float(counts.flat[0])) if once else None
    beside = NAME + BELOW + (COUNT if same is None else 0)
    room = PAGE_HEIGHT - LEGEND - LINE * (NAME_LINES + LABEL_LINES) - BELOW
    sheet = arrange(len(order), len(averages), len(groups), beside, room)
    header = _Header.fitting(list(averages), groups, sheet.side)
    top = LEGEND + sum(header.heights) + BELOW
    pictures = _pictures(face, averages, columns, order)
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, top + sheet.rows * sheet.row_height))
        figure.suppressComposite = True  # in a PDF one picture of all takes three times as long
        axes = figure.add_axes((0, 0, 1, 1))
        for column in range(sheet.columns):
            header.draw(axes, sheet, column * sheet.pitch)
        for rank, index in enumerate(order):
            left, above = sheet.corner(rank)
            above += top
            axes.text(left, above, readable(ATTRIBUTES[index]), va="top", fontsize=SMALLEST_FONT)
            for place, offset in enumerate(sheet.offsets):
                model, group = divmod(place, len(groups))
                box = (left + offset, above + NAME, sheet.side)
                _draw_picture(axes, pictures[rank][place], box)
                for outlined, line in ((masks, SOLID), (evidence, DASHED)):
                    if outlined is not None:
                        draw_outline(axes, outlined[index], box, line)
                if majority is not None and CLASS_OF_GROUP.get(groups[group]) == majority[index]:
                    _draw_frame(axes, box)
                if same is None:
                    number = count_text(counts[rank, model, group])
                    middle, below = box[0] + box[2] / 2, box[1] + box[2] + 0.02
                    axes.text(middle, below, number, ha="center", va="top", fontsize=SMALLEST_FONT)
        lines = {"mask": SOLID} if masks is not None else {}
        lines |= {"evidence": DASHED} if evidence is not None else {}
        _draw_legend(axes, groups, same, bool(axes.patches), lines)
        axes.set(xlim=(0, TEXT_WIDTH), ylim=(top + sheet.rows * sheet.row_height, 0))
        axes.set_axis_off()
    return figure


def _pictures(
    face: NDArray[np.floating],
    averages: Mapping[str, tuple[Any, NDArray[np.float64]]],
    columns: Sequence[int],
    order: Sequence[int] | NDArray[np.integer],
) -> list[list[NDArray[np.uint8]]]:
    """The pictures of each attribute: of the first model's groups, then of the second's, ..."""
    small = cv2.resize(face, (PIXELS, PIXELS), interpolation=cv2.INTER_AREA)
    base = np.clip(np.rint(small), 0, 255).astype(np.uint8)
    pictures: list[list[NDArray[np.uint8]]] = [[] for _ in order]
    for maps, _ in averages.values():
        for column in columns:
            of_group = np.asarray(maps[:, column])  # as stored: a group is one file
            for rank, index in enumerate(order):
                shrunk = cv2.resize(of_group[index], (PIXELS, PIXELS), interpolation=cv2.INTER_AREA)
                pictures[rank].append(overlay(base, shrunk))
    return pictures


@dataclass(frozen=True)
class _Header:
    """What stands above each column of blocks, in lines."""

    names: Sequence[str]  # of the models, bold, over their pictures
    shared: str  # how all groups were formed, below each name
    labels: Sequence[str]  # of the groups, over their pictures

    @classmethod
    def fitting(cls, models: Sequence[str], groups: Sequence[str], side: float) -> "_Header":
        """Break the models' names into lines that fit above their pictures."""
        width = max(4, int((len(groups) * (side + GAP) - GAP) / CHARACTER))
        names = [
            "\n".join(textwrap.wrap(name, width, max_lines=NAME_LINES, placeholder="…"))
            for name in models
        ]
        if len(groups) == 1:  # it is named in the legend
            return cls(names, "", [])
        formed = {LABELS[group][0] for group in groups}
        if len(formed) == 1:
            return cls(names, formed.pop(), [LABELS[group][1] for group in groups])
        return cls(names, "", ["\n".join(LABELS[group]).strip() for group in groups])

    @property
    def heights(self) -> tuple[float, float, float]:
        """Of the names, the shared line and the labels."""
        return _height(self.names), _height([self.shared]), _height(self.labels)

    def draw(self, axes: Axes, sheet: Sheet, left: float) -> None:
        """Write it above one column of blocks."""
        bottoms = LEGEND + np.cumsum(self.heights) - 0.025  # of the last line's letters
        style: dict[str, Any] = {
            "ha": "center",
            "va": "baseline",
            "fontsize": SMALLEST_FONT,
            "linespacing": 1.05,
        }
        per_model = len(sheet.offsets) // len(self.names)
        for model, name in enumerate(self.names):
            of_model = sheet.offsets[model * per_model : (model + 1) * per_model]
            middle = left + (of_model[0] + of_model[-1] + sheet.side) / 2
            axes.text(middle, bottoms[0], name, fontweight="bold", **style)
            axes.text(middle, bottoms[1], self.shared, **style)
            for offset, label in zip(of_model, self.labels, strict=False):
                axes.text(left + offset + sheet.side / 2, bottoms[2], label, **style)


def _height(texts: Sequence[str]) -> float:
    """Of the text with the most lines; empty texts have none."""
    return LINE * max((text.count("\n") + 1 for text in texts if text), default=0)


def _draw_picture(axes: Axes, picture: NDArray[np.uint8], box: Box) -> None:
    left, top, side = box
    axes.imshow(picture, extent=(left, left + side, top + side, top), aspect="auto")


def _draw_frame(axes: Axes, box: Box) -> None:
    left, top, side = box
    axes.add_patch(
        Rectangle((left, top), side, side, fill=False, edgecolor=FRAME_COLOUR, linewidth=1.6)
    )


def _draw_legend(
    axes: Axes,
    groups: Sequence[str],
    same: str | None,
    framed: bool,
    lines: Mapping[str, Line],
) -> None:
    """One line above everything."""
    middle, side = 0.06, 0.09
    style: dict[str, Any] = {"va": "center", "fontsize": SMALLEST_FONT}
    numbers = "below: mean number of faces (0: grey)" if same is None else f"{same} in each picture"
    only = f"{LABELS[groups[0]][1]}, " if len(groups) == 1 else ""
    axes.text(0, middle, only + numbers, **style)
    if framed:
        _draw_frame(axes, (2.08, middle - side / 2, side))
        axes.text(2.22, middle, "majority class in training", **style)
    for place, (name, line) in enumerate(lines.items()):
        left = 3.62 + 0.68 * place
        draw_line(axes, [left, left + 0.22], [middle, middle], line)
        axes.text(left + 0.27, middle, name, **style)
    ramp = np.broadcast_to(np.linspace(0, 1, PIXELS, dtype=np.float32), (1, PIXELS))
    colours = overlay(np.full((1, PIXELS, 3), 128, np.uint8), ramp)
    right = TEXT_WIDTH - 0.13
    axes.imshow(
        colours, extent=(right - 0.8, right, middle + side / 2, middle - side / 2), aspect="auto"
    )
    axes.text(right - 0.85, middle, "average map:  0", ha="right", **style)
    axes.text(right + 0.03, middle, "1", **style)
