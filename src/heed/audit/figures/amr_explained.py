"""The acceptable mask ratio of one map, step by step (Bieri 2023, figure 4.4)."""

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.audit.tables.score_arrays import ScoreArrays
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.figures.legends import legend_below
from heed.figures.overlay import overlay, tint
from heed.figures.picture_grid import note, picture_grid
from heed.figures.theme import theme
from heed.masks.packing import unpack
from heed.metrics.acceptable_mask_ratio import ratio_of_counts

INSIDE: Final = (0, 158, 115)
OUTSIDE: Final = (230, 159, 0)
NOT_ACTIVE: Final = (86, 180, 233)
"""RGB; told apart by colour-blind readers too."""


def choose_amr_explained(scores: ScoreArrays) -> tuple[int, int] | None:
    """Choose the map of median AMR among those that show how the ratio works.

    These are the maps of attributes that are present and recognised, with active pixels both
    inside the mask and outside; where there is no such map, any with active pixels and a mask.

    Args:
        scores: of one network on N faces.

    Returns:
        Row and index of the attribute; None if no map has an active pixel.
    """
    share, amr = scores.values["amr_uncorrected"], scores.values["amr"]
    usable = np.isfinite(share) & (scores.values["active_area"] > 0)
    recognised = usable & (scores.labels == 1) & (scores.logits >= 0)
    for wanted in (recognised & (share > 0) & (share < 1), recognised, usable):
        rows, attributes = np.nonzero(wanted)
        if len(rows):
            middle = np.argsort(amr[rows, attributes], kind="stable")[len(rows) // 2]
            return int(rows[middle]), int(attributes[middle])
    return None


def draw_amr_explained(
    face: NDArray[np.uint8],
    cam: NDArray[np.float32],
    mask: NDArray[np.bool_],
    attribute: str,
    model: str,
    threshold: float,
) -> Figure:
    """Draw face, map, active area, mask and overlap side by side, and work out the formula.

    Args:
        face: (S, S, 3) crop.
        cam: (S, S) post-processed map, 0..1.
        mask: (S, S), true inside.
        attribute: whose map and mask they are.
        model: name of the network.
        threshold: pixels of the map above it are active.

    Returns:
        A figure with five pictures, their colours and the formula with its numbers.
    """
    active = cam > threshold
    inside = active & mask
    overlap = face
    areas = {INSIDE: inside, OUTSIDE: active & ~mask, NOT_ACTIVE: mask & ~active}
    for colour, area in areas.items():
        overlap = tint(overlap, area, colour)
    steps = {
        "face": (face, readable(attribute)),
        f"map of {model}": (overlay(face, cam), "0 (blue) to 1 (red)"),
        f"active D: map > {threshold:g}": (tint(face, active, OUTSIDE), f"|D| = {active.sum()}"),
        "mask M": (tint(face, mask, NOT_ACTIVE), f"|M| = {mask.sum()}"),
        "D and M": (overlap, f"|D ∩ M| = {inside.sum()}"),
    }
    figure = picture_grid(
        [[picture for picture, _ in steps.values()]],
        column_labels=list(steps),
        captions=[[caption for _, caption in steps.values()]],
    )
    legend_below(
        figure,
        [
            Patch(color=np.array(colour) / 255, label=label)
            for colour, label in (
                (INSIDE, "active, inside the mask"),
                (OUTSIDE, "active, outside the mask"),
                (NOT_ACTIVE, "mask, not active"),
            )
        ],
    )
    n_active, n_mask, n_inside = (int(area.sum()) for area in (active, mask, inside))
    with theme():
        figure.axes[0].annotate(
            _formula(n_active, n_mask, n_inside, mask.size),
            xy=(0.5, 0),
            xycoords="axes fraction",
            xytext=(0, -24),
            fontsize=8,
            textcoords="offset points",
            ha="center",
            va="top",
        )
    return figure


def _formula(active: int, mask: int, inside: int, pixels: int) -> str:
    """The formula of the AMR with its numbers, as mathtext."""
    in_mask, of_map, of_mask = np.array([inside, active, mask], np.float64)[:, None]
    amr = ratio_of_counts(in_mask, of_map, of_mask, pixels)
    return (
        r"$\mathrm{AMR} = \dfrac{|D\,\cap\,M|}{|D|} \cdot \dfrac{I - |M|}{I} = "
        rf"\dfrac{{{inside}}}{{{active}}} \cdot \dfrac{{{pixels} - {mask}}}{{{pixels}}} = "
        rf"{amr[0]:.3f}$"
    )


@figure(
    "amr_explained",
    kind="faces",
    number="4.4",
    title="AMR explained",
    caption=(
        "Computation of the AMR of one map: active area D, mask M, their overlap, and the "
        "formula with its values (I: number of pixels of the crop). The map is the one with the "
        "median AMR among attributes that are present and recognised, in the first training of "
        "the network named first."
    ),
    needs=("faces", "maps"),
)
def _of_run(faces: Faces, maps: Maps) -> Figure:
    model, scores = next(iter(maps.scores.items()))
    chosen = choose_amr_explained(scores)
    if chosen is None:
        return note(f"No map of the network {model} has an active pixel and a mask.")
    row, index = chosen
    masks = maps.masks[maps.version]
    region = masks.packed(slice(row, row + 1))[0, masks.region_of_attribute[index]]
    face = faces.crops[int(faces.audited[row])]
    signed = np.asarray(maps.signed[model][row, index])
    cam = normalise(signed, len(face), maps.placements[model])
    return draw_amr_explained(face, cam, unpack(region), ATTRIBUTES[index], model, maps.threshold)
