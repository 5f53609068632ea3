"""Mask version 1: boxes placed by each face's own landmarks (Bieri 2023, table A.1).

The table below is the thesis' table A.1 with its printing errors put right, as its code
and its published mask sizes have them: the eyes reach 13 pixels beyond *both* eye
centres (Narrow Eyes), No Beard starts *below* the eyes, and the centre of the hair's
ellipse is 15 pixels above the nose. It was drawn for crops of 224 pixels and scale 5.5; for
another ``crop.size`` all offsets grow with it.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.geometry.alignment import (
    LEFT_EYE,
    LEFT_MOUTH,
    NOSE,
    RIGHT_EYE,
    RIGHT_MOUTH,
    eye_and_mouth_centres,
)
from heed.masks.mask_version import MASK_SCALE, MaskVersion
from heed.masks.packing import Packed, pack

REFERENCE_SIZE: Final = 224
"""Side of the crops that the offsets are pixels of."""

Edge = tuple[str, float]
"""A landmark or line of :func:`_anchors`, and pixels to the right of it or below it."""


class Box(NamedTuple):
    """Columns [left, right) and rows [top, bottom); an edge is truncated towards 0."""

    left: Edge
    right: Edge
    top: Edge
    bottom: Edge


class BoxRegion(NamedTuple):
    """The union of boxes, less the face's ellipse where ``around_face``."""

    name: str
    attributes: tuple[str, ...]
    boxes: tuple[Box, ...]
    around_face: bool = False


HAIRLINE_ABOVE_EYES: Final = 45
FOREHEAD_ABOVE_EYES: Final = 27
"""Pixels from the eyes up to two of the lines that boxes start from."""

# The face that is cut out of the hair: centre (nose, nose - 15), half axes in pixels.
ELLIPSE_ABOVE_NOSE: Final = 15
ELLIPSE_HALF_WIDTH: Final = 45
ELLIPSE_HALF_HEIGHT: Final = 60

_WHOLE_HEAD = Box(("nose", -80), ("nose", +75), ("nose", -100), ("edge", 0))

# fmt: off
REGIONS: Final[tuple[BoxRegion, ...]] = (
    BoxRegion("beard", ("5_o_Clock_Shadow", "No_Beard"), (
        Box(("left mouth", -25), ("right mouth", +25), ("eyes", +4), ("mouth", +32)),)),
    BoxRegion("eyebrows", ("Arched_Eyebrows", "Bushy_Eyebrows"), (
        Box(("left eye", -13), ("right eye", +13), ("eyes", -18), ("eyes", -2)),)),
    BoxRegion("whole head", ("Attractive", "Blurry", "Chubby", "Male", "Young"), (
        _WHOLE_HEAD,)),
    BoxRegion("below eyes", ("Bags_Under_Eyes",), (
        Box(("left eye", -13), ("right eye", +13), ("eyes", +4), ("eyes", +15)),)),
    BoxRegion("hairline", ("Bald", "Receding_Hairline"), (
        Box(("eyes", -55), ("eyes", +55), ("hairline", -30), ("hairline", +15)),)),
    BoxRegion("forehead", ("Bangs",), (
        Box(("left eye", -15), ("right eye", +15), ("forehead", -12), ("forehead", +15)),)),
    BoxRegion("mouth", ("Big_Lips", "Mouth_Slightly_Open", "Smiling", "Wearing_Lipstick"), (
        Box(("left mouth", -6), ("right mouth", +6), ("mouth", -10), ("mouth", +15)),)),
    BoxRegion("nose", ("Big_Nose", "Pointy_Nose"), (
        Box(("nose", -15), ("nose", +15), ("nose", -15), ("nose", +8)),)),
    BoxRegion("hair", ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair",
                       "Straight_Hair", "Wavy_Hair"), (
        _WHOLE_HEAD,), around_face=True),
    BoxRegion("below chin", ("Double_Chin",), (
        Box(("left mouth", -6), ("right mouth", +6), ("mouth", +30), ("mouth", +60)),)),
    BoxRegion("glasses", ("Eyeglasses",), (
        Box(("left eye", -22), ("right eye", +22), ("eyes", -15), ("eyes", +15)),)),
    BoxRegion("chin", ("Goatee",), (
        Box(("left mouth", 0), ("right mouth", 0), ("mouth", 0), ("mouth", +30)),)),
    BoxRegion("face", ("Heavy_Makeup", "Oval_Face", "Pale_Skin"), (
        Box(("nose", -50), ("nose", +55), ("eyes", -45), ("mouth", +35)),)),
    BoxRegion("cheeks", ("High_Cheekbones", "Rosy_Cheeks"), (
        Box(("left eye", -25), ("nose", 0), ("eyes", +4), ("nose", +5)),
        Box(("nose", 0), ("right eye", +25), ("eyes", +4), ("nose", +5)))),
    BoxRegion("upper lip", ("Mustache",), (
        Box(("left mouth", -10), ("right mouth", +10), ("mouth", -15), ("mouth", 0)),)),
    BoxRegion("eyes", ("Narrow_Eyes",), (
        Box(("left eye", -13), ("right eye", +13), ("eyes", -10), ("eyes", +10)),)),
    BoxRegion("sideburns", ("Sideburns",), (
        Box(("left eye", -25), ("left eye", -5), ("eyes", +4), ("nose", +28)),
        Box(("right eye", +5), ("right eye", +25), ("eyes", +4), ("nose", +28)))),
    BoxRegion("ears", ("Wearing_Earrings",), (
        Box(("left eye", -34), ("left eye", -12), ("nose", -15), ("nose", +42)),
        Box(("right eye", +12), ("right eye", +34), ("nose", -15), ("nose", +42)))),
    BoxRegion("hat", ("Wearing_Hat",), (
        Box(("eyes", -70), ("eyes", +70), ("top", +5), ("hairline", +15)),)),
    BoxRegion("neck", ("Wearing_Necklace", "Wearing_Necktie"), (
        Box(("left mouth", -30), ("right mouth", +30), ("mouth", +30), ("edge", 0)),)),
)
# fmt: on


class LandmarkBoxes:
    """Mask version 1."""

    name: Final = "1"
    regions: Final = {region.name: region.attributes for region in REGIONS}
    shared: Final = False
    scale: Final = MASK_SCALE

    def masks(self, landmarks: ArrayLike, size: int) -> Packed:
        """Draw version 1 of the masks.

        Every edge is truncated towards 0 and then kept within the crop; a box whose edges
        cross is empty. (The thesis' own code let edges above the crop count from its
        bottom, Python's negative indices: this concerns the rare face near the top.)

        Args:
            landmarks: (n, 5, 2) x, y in pixels of the crop.
            size: side of the crop, a multiple of 8.

        Returns:
            (n, 20, size, size // 8) uint8, packed, one mask per entry of :data:`REGIONS`.
        """
        points = np.asarray(landmarks, np.float64)
        unit = size / REFERENCE_SIZE
        x, y = _anchors(points, size)
        drawn = np.zeros((len(points), len(REGIONS), size, size // 8), np.uint8)
        for index, region in enumerate(REGIONS):
            for box in region.boxes:
                drawn[:, index] |= _filled(box, x, y, unit, size)
            if region.around_face:
                drawn[:, index] &= ~_ellipses(points[:, NOSE], unit, size)
        return drawn


ENTRY: Final[MaskVersion] = LandmarkBoxes()

Positions = dict[str, NDArray[np.float64]]


def _anchors(points: NDArray[np.float64], size: int) -> tuple[Positions, Positions]:
    """Where the names in the table are: columns for left and right, rows for top and bottom."""
    eyes, mouth = eye_and_mouth_centres(points)
    unit = size / REFERENCE_SIZE
    x = {
        "left eye": points[:, LEFT_EYE, 0],
        "right eye": points[:, RIGHT_EYE, 0],
        "eyes": eyes[:, 0],
        "nose": points[:, NOSE, 0],
        "left mouth": points[:, LEFT_MOUTH, 0],
        "right mouth": points[:, RIGHT_MOUTH, 0],
    }
    y = {
        "top": np.zeros(len(points)),
        "hairline": eyes[:, 1] - HAIRLINE_ABOVE_EYES * unit,
        "forehead": eyes[:, 1] - FOREHEAD_ABOVE_EYES * unit,
        "eyes": eyes[:, 1],
        "nose": points[:, NOSE, 1],
        "mouth": mouth[:, 1],
        "edge": np.full(len(points), float(size)),
    }
    return x, y


def _filled(box: Box, x: Positions, y: Positions, unit: float, size: int) -> Packed:
    """One box of every face, (n, size, size // 8)."""

    def bounds(low: Edge, high: Edge, anchors: Positions) -> NDArray[np.bool_]:
        index = np.arange(size)
        first, end = (
            np.trunc(anchors[name] + offset * unit)[:, None] for name, offset in (low, high)
        )
        return (index >= first) & (index < end)

    columns = np.packbits(bounds(box.left, box.right, x), axis=-1)
    rows = bounds(box.top, box.bottom, y)
    return np.where(rows[:, :, None], columns[:, None, :], np.uint8(0))


def _ellipses(noses: NDArray[np.float64], unit: float, size: int) -> Packed:
    """The ellipse of every face, (n, size, size // 8)."""
    centres = np.trunc(noses - [0, ELLIPSE_ABOVE_NOSE * unit]).astype(int)
    axes = (round(ELLIPSE_HALF_WIDTH * unit), round(ELLIPSE_HALF_HEIGHT * unit))
    drawn = np.zeros((len(noses), size, size), np.uint8)
    for canvas, (x, y) in zip(drawn, centres.tolist(), strict=True):
        cv2.ellipse(canvas, (x, y), axes, 0, 0, 360, 1, cv2.FILLED)
    return pack(drawn)
