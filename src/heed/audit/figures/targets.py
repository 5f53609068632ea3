"""Maps of one attribute for the four targets, on the same faces (Bieri 2023, fig. 4.3, A.1-A.3)."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.explain.postprocess import normalise
from heed.explain.settings import Target
from heed.explain.signs import target_signs
from heed.figures.legends import MapScale, frame_handle, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import picture_grid
from heed.figures.selection import spread_over
from heed.figures.theme import TEXT_WIDTH

TARGETS: Final = ["1: z", "2: |z|", "3: |z| t", "4: z t"]
"""The functions that they explain, of the logit z and the label t."""

SMALLEST_SIDE, LARGEST_SIDE = 0.5, 0.95
"""Inches; a figure of many networks gets wider than the text instead of less legible."""

_ROOM = 8.4  # inches that the rows of a page share
_CAPTION = 0.2  # inches below each picture
_MARGIN = 0.8  # inches for the labels of rows, and between networks


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


def draw_targets(
    attribute: str,
    faces: Sequence[NDArray[np.uint8]],
    labels: NDArray[np.int8],
    logits: Mapping[str, NDArray[np.floating]],
    maps: Mapping[str, NDArray[np.float32]],
) -> Figure:
    """Draw a row per face: the face, and per network its maps for the targets 1 to 4.

    Under each map stands the value of the function that it explains; a map without positive
    cells is a grey face. Framed are the maps of networks that decide wrongly.

    Args:
        attribute: whose maps they are.
        faces: n crops, (S, S, 3).
        labels: (n,) -1 or +1.
        logits: per network (n,).
        maps: per network the raw maps of +z, (n, 7, 7).

    Returns:
        A figure as wide as a page's text, or wider with more than three networks.
    """
    pictures: list[list[NDArray[np.uint8]]] = [[face] for face in faces]
    captions = [[""] for _ in faces]
    framed = [[False] for _ in faces]
    for model, z in logits.items():
        for target in get_args(Target):
            signs = target_signs(target, z[:, None], labels[:, None])[:, 0]
            values = (z, np.abs(z), np.abs(z) * labels, z * labels)[target - 1]
            for row, face in enumerate(faces):
                cam = normalise(signs[row] * maps[model][row], len(face))
                empty = not cam.any()
                pictures[row].append(overlay(face, np.full_like(cam, np.nan) if empty else cam))
                captions[row].append(
                    f"{values[row]:+.2f}".replace("-", "−") + ("\nempty" if empty else "")
                )
                framed[row].append(bool((z[row] >= 0) != (labels[row] == 1)))
    side = np.clip(_ROOM / len(faces) - _CAPTION, SMALLEST_SIDE, LARGEST_SIDE)
    columns = 1 + len(TARGETS) * len(logits)
    figure = picture_grid(
        pictures,
        row_labels=["present\n(t = +1)" if label == 1 else "absent\n(t = −1)" for label in labels],
        column_labels=["face", *TARGETS * len(logits)],
        column_groups=[(readable(attribute), 1), *((m, len(TARGETS)) for m in logits)],
        captions=captions,
        framed=framed,
        width=max(min(columns * side + _MARGIN, TEXT_WIDTH), columns * SMALLEST_SIDE + _MARGIN),
    )
    legend_below(figure, [MapScale(), frame_handle("the network decides wrongly")])
    return figure


@figure(
    "targets_1",
    kind="faces",
    number="4.3",
    title="The four targets",
    caption=(
        "Maps of one attribute for the targets z, |z|, |z| t and z t (logit z, label t), on the "
        "same faces. The faces are chosen by the decisions of the first network: true "
        "positives, false negatives, false positives and true negatives, as far as there are "
        "any. Below each map: the value that it explains. A grey face means that the map is "
        "empty; a frame marks a wrong decision."
    ),
    needs=("faces", "maps", "count", "target_attributes"),
    given={"rank": 0},
)
@figure(
    "targets_2",
    kind="faces",
    number="A.1",
    title="The four targets, second attribute",
    caption="The four targets for a second attribute, arranged as for the first.",
    needs=("faces", "maps", "count", "target_attributes"),
    given={"rank": 1},
)
@figure(
    "targets_3",
    kind="faces",
    number="A.2",
    title="The four targets, third attribute",
    caption="The four targets for a third attribute, arranged as for the first.",
    needs=("faces", "maps", "count", "target_attributes"),
    given={"rank": 2},
)
@figure(
    "targets_4",
    kind="faces",
    number="A.3",
    title="The four targets, fourth attribute",
    caption="The four targets for a fourth attribute, arranged as for the first.",
    needs=("faces", "maps", "count", "target_attributes"),
    given={"rank": 3},
)
def _of_run(
    faces: Faces, maps: Maps, count: int, target_attributes: Sequence[str], rank: int
) -> Figure:
    attribute = target_attributes[rank]
    index = ATTRIBUTE_INDEX[attribute]
    first = next(iter(maps.scores.values()))
    rows = choose_targets(first.labels[:, index], first.logits[:, index], count)
    return draw_targets(
        attribute,
        faces.pictures(faces.audited[rows]),
        first.labels[rows, index],
        {model: scores.logits[rows, index] for model, scores in maps.scores.items()},
        {m: np.stack([np.asarray(raw[row, index]) for row in rows]) for m, raw in maps.raw.items()},
    )
