"""The mask of every attribute over a face (Bieri 2023, figure A.4)."""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.figures.picture_grid import note, picture_grid
from heed.masks.mask_version import MASK_SCALE
from heed.masks.packing import unpack

FEW_ACROSS: Final = 6
MANY_ACROSS: Final = 8
MOST_ROWS: Final = 5  # of six pictures each, with their captions, fit a page

OUTLINE: Final = (230, 159, 0)
"""Orange, told from skin and hair, and by colour-blind readers too."""


COVERING: Final = ("Blurry", "Eyeglasses", "Wearing_Hat")
"""Attributes that hide what the masks lie on."""


def choose_face(ratio: NDArray[np.floating], labels: NDArray[np.integer]) -> int:
    """Choose the face that looks most straight into the camera, of those that show it all.

    Args:
        ratio: (N,) what the frontal filter decides by, the smaller the more frontal.
        labels: (N, 40), -1 or +1.

    Returns:
        The most frontal face without any of :data:`COVERING`; where every face has one, the most
        frontal of all.
    """
    covered = (labels[:, [ATTRIBUTE_INDEX[name] for name in COVERING]] == 1).any(axis=1)
    chosen = np.arange(len(ratio)) if covered.all() else np.flatnonzero(~covered)
    return int(chosen[np.argmin(ratio[chosen])])


def draw_masks(
    face: NDArray[np.uint8], masks: NDArray[np.bool_], region_of_attribute: Sequence[int]
) -> Figure:
    """Draw every mask over the same face, with the attributes that it serves below it.

    Args:
        face: (S, S, 3) uint8, RGB.
        masks: the face's masks, one per region, (R, S, S) bool.
        region_of_attribute: for each of the 40 attributes the index of its region.

    Returns:
        A figure as wide as a page's text, a picture for each region that serves an attribute,
        in the order of the regions.

    Raises:
        ValueError: if face and masks differ in size, or an attribute has no region.
    """
    if masks.shape[1:] != face.shape[:2]:
        raise InputError(
            f"face is {face.shape[:2]} pixels, masks {masks.shape[1:]}; they must agree"
        )
    if len(region_of_attribute) != len(ATTRIBUTES):
        raise InputError(
            f"found regions of {len(region_of_attribute)} attributes, expected {len(ATTRIBUTES)}"
        )
    wrong = [region for region in region_of_attribute if not 0 <= region < len(masks)]
    if wrong:
        raise InputError(f"found region {wrong[0]}, expected 0 to {len(masks) - 1}, one per mask")
    served = {
        region: [
            readable(name)
            for name, own in zip(ATTRIBUTES, region_of_attribute, strict=True)
            if own == region
        ]
        for region in sorted(set(region_of_attribute))
    }
    pictures = [highlighted(face, masks[region]) for region in served]
    # a line for each attribute, so that it is seen where a name of two words ends
    captions = ["\n".join(names) for names in served.values()]
    rows = math.ceil(len(pictures) / FEW_ACROSS)
    if rows > MOST_ROWS:
        rows = math.ceil(len(pictures) / MANY_ACROSS)
    across = math.ceil(len(pictures) / rows)
    free = [None] * (rows * across - len(pictures))
    cells, texts = [*pictures, *free], [*captions, *free]
    starts = range(0, rows * across, across)
    return picture_grid(
        [cells[start : start + across] for start in starts],
        captions=[texts[start : start + across] for start in starts],
    )


def highlighted(face: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Show a mask on a face: colours inside, pale grey outside, and an outline.

    Args:
        face: (S, S, 3) uint8, RGB.
        mask: (S, S) bool.

    Returns:
        (S, S, 3) uint8, RGB.
    """
    grey = face.mean(axis=-1, keepdims=True)
    pale = np.rint(0.35 * grey + 0.65 * 255)
    reach = 2 * max(1, round(len(face) / 112)) + 1
    around = cv2.dilate(mask.astype(np.uint8), np.ones((reach, reach), np.uint8)) == 1
    outside = np.where(around[..., None], OUTLINE, pale)
    return np.where(mask[..., None], face, outside).astype(np.uint8)


@figure(
    "masks_1",
    kind="faces",
    number="A.4",
    title="Masks version 1",
    caption=(
        "Masks of version 1: boxes placed by the landmarks, shown on the most frontal of the "
        "audited faces that is not blurry and wears neither glasses nor hat. The inside of each "
        "mask is in colour; the attributes that it serves are listed below it."
    ),
    needs=("faces", "maps"),
    given={"version": "1"},
)
@figure(
    "masks_2",
    kind="faces",
    number="A.4",
    title="Masks version 2",
    caption="Masks of version 2: blocks of cells of a 7 x 7 grid, the same for every face.",
    needs=("faces", "maps"),
    given={"version": "2"},
)
@figure(
    "masks_3",
    kind="faces",
    place="A.4",
    title="Masks version 3",
    caption="Masks of version 3: shapes that follow the landmarks, shown on the same face.",
    needs=("faces", "maps"),
    given={"version": "3"},
)
def _of_run(faces: Faces, maps: Maps, version: str) -> Figure:
    if version not in maps.masks:
        return note(f"Masks version {version} are made for crops of crop.scale {MASK_SCALE} only.")
    row = choose_face(faces.ratio[faces.audited], next(iter(maps.scores.values())).labels)
    masks = maps.masks[version]
    regions = unpack(masks.packed(slice(row, row + 1))[0])
    face = faces.crops[int(faces.audited[row])]
    return draw_masks(face, regions, masks.region_of_attribute.tolist())
