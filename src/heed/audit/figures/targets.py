"""Maps for each of the four targets, on the same faces (Bieri 2023, figures 4.3 and A.1 to A.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.explain.settings import Target
from heed.explain.signs import signed_maps, target_signs
from heed.figures.legends import MapScale, frame_handle, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import picture_grid
from heed.figures.selection import spread_over
from heed.figures.theme import TEXT_WIDTH

TARGETS: Final = {
    Target.LOGIT: "z",
    Target.ABSOLUTE: "|z|",
    Target.ABSOLUTE_BY_LABEL: "|z| t",
    Target.BY_LABEL: "z t",
}
"""The functions that are explained, of the logit z and the label t."""

LARGEST_SIDE: Final = 0.95  # inches

_ROOM = 8.4  # inches that the rows of a page share
_CAPTION = 0.2  # inches below each picture
_MARGIN = 1.1  # inches for the labels of rows


@dataclass(frozen=True, eq=False)
class Shown:
    """The faces of one attribute, and what the networks make of them.

    Attributes:
        attribute: its name.
        faces: n crops, (S, S, 3).
        labels: (n,) -1 or +1.
        logits: per network (n,).
        maps: per network the raw maps of z, (n, h, w).
        placements: per network where their cells lie.
        of_minus: per network the raw maps of -z, (n, h, w); None, or left out, where they are
            those of z with the sign changed.
    """

    attribute: str
    faces: Sequence[NDArray[np.uint8]]
    labels: NDArray[np.int8]
    logits: Mapping[str, NDArray[np.floating]]
    maps: Mapping[str, NDArray[np.float32]]
    placements: Mapping[str, Placement]
    of_minus: Mapping[str, NDArray[np.float32] | None] = field(default_factory=dict)


def choose_targets(
    labels: NDArray[np.int8], logits: NDArray[np.floating], count: int
) -> NDArray[np.intp]:
    """Choose faces for one attribute so that each kind of decision is shown.

    The places go round true positives, false negatives, false positives and true negatives,
    as far as there are such faces; within a kind the faces are spread evenly over the logit.

    Args:
        labels: (N,) -1 or +1.
        logits: (N,) of the network whose decisions count.
        count: how many faces.

    Returns:
        Different rows, kind after kind.
    """
    present = logits >= 0
    kinds = [
        np.flatnonzero((labels == label) & (present == decision))
        for label, decision in ((1, True), (1, False), (-1, True), (-1, False))
    ]
    places = [0] * len(kinds)
    while sum(places) < min(count, len(labels)):
        for kind, rows in enumerate(kinds):
            if places[kind] < len(rows) and sum(places) < count:
                places[kind] += 1
    return np.concatenate(
        [rows[spread_over(logits[rows], n)] for rows, n in zip(kinds, places, strict=True)]
    )


def draw_target(target: Target, shown: Sequence[Shown]) -> Figure:
    """Draw rows of faces and of each network's maps for one target, attribute after attribute.

    Under each map stands the value of the function that it explains; a map without positive
    cells is a grey face. Framed are the maps of networks that decide wrongly.

    Args:
        target: whose maps are drawn.
        shown: of each attribute its faces; those with fewer leave places free at the right.

    Returns:
        A figure as wide as a page's text, or narrower.
    """
    columns = max(len(of_attribute.faces) for of_attribute in shown)
    rows: list[_Row] = [row for of_attribute in shown for row in _rows(target, of_attribute)]
    for row in rows:
        row.fill(columns)
    side = min(_ROOM / len(rows) - _CAPTION, LARGEST_SIDE)
    figure = picture_grid(
        [row.pictures for row in rows],
        row_labels=[row.label for row in rows],
        captions=[row.captions for row in rows],
        framed=[row.framed for row in rows],
        width=min(columns * side + _MARGIN, TEXT_WIDTH),
    )
    legend_below(figure, [MapScale(), frame_handle("the network decides wrongly")])
    return figure


@dataclass(eq=False)
class _Row:
    label: str
    pictures: list[NDArray[np.uint8] | None]
    captions: list[str | None]
    framed: list[bool]

    def fill(self, columns: int) -> None:
        """Leave the places behind the last face free."""
        free = columns - len(self.pictures)
        self.pictures += [None] * free
        self.captions += [None] * free
        self.framed += [False] * free


def _rows(target: Target, shown: Shown) -> Iterator[_Row]:
    """The faces of an attribute, and below them the maps of each network."""
    faces, labels = list(shown.faces), shown.labels
    words = ["present, t = +1" if label == 1 else "absent, t = −1" for label in labels]
    yield _Row(readable(shown.attribute), [*faces], [*words], [False] * len(faces))
    for model, z in shown.logits.items():
        signs = target_signs(target, z[:, None], labels[:, None])[:, 0]
        values = (z, np.abs(z), np.abs(z) * labels, z * labels)[target - 1]
        row = _Row(model, [], [], [])
        signed = signed_maps(signs, shown.maps[model], shown.of_minus.get(model))
        for place, face in enumerate(faces):
            cam = normalise(signed[place], len(face), shown.placements[model])
            empty = not cam.any()
            row.pictures.append(overlay(face, np.full_like(cam, np.nan) if empty else cam))
            sign = "" if target == Target.ABSOLUTE else "+"
            value = f"{TARGETS[target]} = {values[place]:{sign}.2f}".replace("-", "−")
            row.captions.append(value + ("\nempty" if empty else ""))
            row.framed.append(bool((z[place] >= 0) != (labels[place] == 1)))
        yield row


_NEEDS: Final = ("faces", "maps", "count", "target_attributes")
_ARRANGED: Final = (
    "Maps of the first training of each network. Faces, attributes and arrangement as in the "
    "figure of target 2: a frame marks a wrong decision, a grey face an empty map."
)


@figure(
    "target_2",
    kind="faces",
    number="4.3",
    title="Maps for target 2",
    caption=(
        "Maps for target 2, the function |z| of the logit z: what supports the class that is "
        "predicted. For each attribute a row of faces with their labels t, and below it the maps "
        "of the first training of each network; below each map the value that it explains. The "
        "faces are chosen by the decisions of the network named first: true positives, false "
        "negatives, false positives and true negatives, as far as there are any. A frame marks a "
        "wrong decision; a grey face means that the map is empty."
    ),
    needs=_NEEDS,
    given={"target": Target.ABSOLUTE},
)
@figure(
    "target_1",
    kind="faces",
    number="A.1",
    title="Maps for target 1",
    caption=f"Maps for target 1, the logit z: what supports presence. {_ARRANGED}",
    needs=_NEEDS,
    given={"target": Target.LOGIT},
)
@figure(
    "target_3",
    kind="faces",
    number="A.2",
    title="Maps for target 3",
    caption=(
        "Maps for target 3, the function |z| t of logit z and label t: what supports the true "
        "class where z is positive, and the other class where z is negative, whether the decision "
        f"is right or not. {_ARRANGED}"
    ),
    needs=_NEEDS,
    given={"target": Target.ABSOLUTE_BY_LABEL},
)
@figure(
    "target_4",
    kind="faces",
    number="A.3",
    title="Maps for target 4",
    caption=(
        "Maps for target 4, the function z t of logit z and label t: what supports the true "
        f"class. {_ARRANGED}"
    ),
    needs=_NEEDS,
    given={"target": Target.BY_LABEL},
)
def _of_run(
    faces: Faces, maps: Maps, count: int, target_attributes: Sequence[str], target: Target
) -> Figure:
    return draw_target(target, [_shown(faces, maps, count, name) for name in target_attributes])


def _shown(faces: Faces, maps: Maps, count: int, attribute: str) -> Shown:
    """The same faces for every target: those that the first network's decisions choose."""
    index = ATTRIBUTE_INDEX[attribute]
    first = next(iter(maps.scores.values()))
    rows = choose_targets(first.labels[:, index], first.logits[:, index], count)
    return Shown(
        attribute,
        faces.pictures(faces.audited[rows]),
        first.labels[rows, index],
        {model: scores.logits[rows, index] for model, scores in maps.scores.items()},
        {model: _of_rows(raw, rows, index) for model, raw in maps.raw.items()},
        maps.placements,
        {
            model: None if raw is None else _of_rows(raw, rows, index)
            for model, raw in maps.raw_of_minus.items()
        },
    )


def _of_rows(maps: Any, rows: NDArray[np.intp], attribute: int) -> NDArray[np.float32]:
    return np.stack([np.asarray(maps[row, attribute]) for row in rows])
