"""Maps that are strongest in a corner of the image, away from the face (Bieri 2023, figure A.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.figures.legends import MapScale, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import note, picture_grid

CHUNK: Final = 256
"""Maps are stored, and so read, in chunks of as many faces."""


@dataclass(frozen=True)
class CornerFailure:
    """One map whose strongest cell is a corner of the grid.

    Attributes:
        face: the crop, (S, S, 3) uint8, RGB.
        cam: the signed raw map, (h, w).
        placement: where its cells lie.
        attribute: whose map it is.
        label: -1 or +1.
        logit: of the network.
        amr: of the map; NaN without a mask.
    """

    face: NDArray[np.uint8]
    cam: NDArray[np.float32]
    placement: Placement
    attribute: str
    label: int
    logit: float
    amr: float


def peaks_in_corner(cams: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Which maps have their highest value in one of the four corner cells.

    Args:
        cams: (..., h, w) signed raw maps.

    Returns:
        (...) bool; false for maps without a positive cell.
    """
    highest = cams.max(axis=(-2, -1))
    corners = np.maximum.reduce(cams[..., [0, 0, -1, -1], [0, -1, 0, -1]], axis=-1)
    result: NDArray[np.bool_] = (corners == highest) & (highest > 0)
    return result


def choose_corner_failures(
    in_corner: NDArray[np.bool_], logits: NDArray[np.floating[Any]], count: int
) -> list[tuple[int, int]]:
    """Choose one map for each of the attributes for which this happens most often.

    Of an attribute's failures the one of median confidence (the absolute logit) is shown, out
    of those faces that are not yet shown for another attribute if there are any.

    Args:
        in_corner: (N, 40) which maps peak in a corner.
        logits: (N, 40).
        count: how many maps.

    Returns:
        Rows and indices of attributes, the attribute with most failures first.
    """
    often = np.argsort(-in_corner.sum(axis=0), kind="stable")
    chosen: list[tuple[int, int]] = []
    for index in often[:count]:
        rows = np.flatnonzero(in_corner[:, index])
        if len(rows) == 0:
            break
        new = rows[~np.isin(rows, [row for row, _ in chosen])]
        rows = new if len(new) else rows
        order = np.argsort(np.abs(logits[rows, index]), kind="stable")
        chosen.append((int(rows[order[len(rows) // 2]]), int(index)))
    return chosen


def draw_corner_failures(
    failures: Mapping[str, Sequence[CornerFailure]], counts: Mapping[str, tuple[int, int]]
) -> Figure:
    """Draw a row of maps per network.

    Args:
        failures: per network the maps to show; may be empty.
        counts: per network how many of its maps peak in a corner, and how many it has.

    Returns:
        A figure, each map with attribute, label, decision and AMR; a sentence if no network
        has such maps.
    """
    columns = max(len(found) for found in failures.values())
    if columns == 0:
        return note("No map of this run is strongest in a corner of the image.")
    pictures, captions = [], []
    for found in failures.values():
        free = [None] * (columns - len(found))
        cams = [overlay(f.face, normalise(f.cam, len(f.face), f.placement)) for f in found]
        pictures.append([*cams, *free])
        captions.append([*map(_caption, found), *free])
    figure = picture_grid(
        pictures,
        row_labels=[f"{m}\n{counts[m][0]:,} of\n{counts[m][1]:,} maps" for m in failures],
        captions=captions,
    )
    legend_below(figure, [MapScale()])
    return figure


def _caption(failure: CornerFailure) -> str:
    label = "present" if failure.label == 1 else "absent"
    decision = "present" if failure.logit >= 0 else "absent"
    amr = "no mask" if np.isnan(failure.amr) else f"AMR {failure.amr:.2f}"
    return f"{readable(failure.attribute)}\nlabelled {label}\npredicted {decision}\n{amr}"


@figure(
    "corner_failures",
    kind="faces",
    number="A.5",
    title="Maps in the corner",
    caption=(
        "Maps of the first training of each network whose highest value lies in a corner of their "
        "grid. Shown for each network are the attributes for which this happens most often, "
        "with one map of median confidence each, and the number of such maps among all maps of "
        "this training."
    ),
    needs=("faces", "maps", "count"),
)
def _of_run(faces: Faces, maps: Maps, count: int) -> Figure:
    audited = faces.audited
    failures, counts = {}, {}
    for model, scores in maps.scores.items():
        cams = maps.signed[model]
        chunks = [slice(start, start + CHUNK) for start in range(0, len(audited), CHUNK)]
        in_corner = np.concatenate([peaks_in_corner(np.asarray(cams[chunk])) for chunk in chunks])
        counts[model] = (int(in_corner.sum()), in_corner.size)
        failures[model] = [
            CornerFailure(
                face=faces.crops[int(audited[row])],
                cam=np.asarray(cams[row, index]),
                placement=maps.placements[model],
                attribute=ATTRIBUTES[index],
                label=int(scores.labels[row, index]),
                logit=float(scores.logits[row, index]),
                amr=float(scores.values["amr"][row, index]),
            )
            for row, index in choose_corner_failures(in_corner, scores.logits, count)
        ]
    return draw_corner_failures(failures, counts)
