"""Mask version 3: polygons and ellipses that follow the face.

Bieri 2023 wishes for masks that fit the parts of the face better than boxes. Each region here
is the part of a head where people look for the signs of its attributes: the shape of a face at
its edge, chubbiness from the cheeks down, make-up around the eyes, on cheeks and lips; where a
sign may be anywhere (Attractive, Blurry, Male, Young) the whole head. Corners are given in the
frames of :mod:`heed.masks.face_frame`, where 100 is about the distance from eye to eye and from the
eyes to the mouth; they were placed by hand on photographs and drawn faces.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from heed.geometry.affine import apply
from heed.masks.face_frame import frames
from heed.masks.mask_version import MaskVersion
from heed.masks.outlines import Outline, ellipse, inside, pair, symmetric
from heed.masks.packing import Packed


class ShapeRegion(NamedTuple):
    """The union of ``outlines``, less all of ``without``."""

    name: str
    attributes: tuple[str, ...]
    outlines: tuple[Outline, ...]
    without: tuple[Outline, ...] = ()


# fmt: off
_LIPS = symmetric("mouth", (0, -10), (14, -14), (34, -9), (56, 0), (43, 23), (22, 38), (0, 42))
_CHEEKS = pair(ellipse("jaw", 64, 58, 32, 30))
_HEAD = symmetric("head", (0, -205), (60, -196), (105, -160), (130, -100), (140, -20), (148, 80),
                  (150, 180), (130, 240), (60, 250), (0, 250))

REGIONS: Final[tuple[ShapeRegion, ...]] = (
    ShapeRegion("beard", ("5_o_Clock_Shadow", "No_Beard"), (
        symmetric("jaw", (0, 68), (36, 72), (60, 92), (84, 88), (92, 25), (106, 25), (104, 80),
                  (92, 130), (64, 172), (32, 192), (0, 198)),), without=(_LIPS,)),
    ShapeRegion("eyebrows", ("Arched_Eyebrows", "Bushy_Eyebrows"), pair(
        Outline("eyes", ((12, -36), (52, -53), (76, -47), (92, -30), (90, -19), (54, -29),
                         (12, -20))))),
    ShapeRegion("whole head", ("Attractive", "Blurry", "Male", "Young"), (_HEAD,)),
    ShapeRegion("below eyes", ("Bags_Under_Eyes",), pair(
        Outline("eyes", ((16, 10), (34, 17), (62, 17), (86, 8), (76, 32), (50, 40), (26, 32))))),
    ShapeRegion("scalp", ("Bald",), (
        symmetric("head", (0, -205), (60, -196), (105, -160), (130, -100), (135, 20), (108, 20),
                  (100, -40), (85, -85), (45, -115), (0, -120)),)),
    ShapeRegion("hairline", ("Receding_Hairline",), (
        symmetric("head", (0, -165), (60, -155), (95, -120), (115, -60), (115, 0), (102, 0),
                  (95, -45), (70, -85), (30, -95), (0, -95)),)),
    ShapeRegion("forehead", ("Bangs",), (
        symmetric("head", (0, -130), (60, -120), (90, -90), (106, -45), (104, -22), (0, -28)),)),
    ShapeRegion("lips", ("Big_Lips", "Mouth_Slightly_Open", "Wearing_Lipstick"), (_LIPS,)),
    ShapeRegion("mouth", ("Smiling",), (
        symmetric("mouth", (0, -18), (40, -22), (62, -30), (80, -24), (70, 8), (45, 37), (22, 50),
                  (0, 53)),)),
    ShapeRegion("nose", ("Big_Nose", "Pointy_Nose"), (
        symmetric("nose", (0, -42), (12, -36), (20, -16), (36, 0), (36, 18), (16, 26), (0, 28)),)),
    ShapeRegion("hair", ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair", "Straight_Hair",
                         "Wavy_Hair"), (_HEAD,), without=(
        symmetric("head", (0, -108), (50, -102), (85, -75), (100, -20), (104, 40), (98, 90),
                  (82, 130), (68, 165), (68, 250), (0, 250)),)),
    ShapeRegion("below chin", ("Double_Chin",), (
        symmetric("jaw", (0, 182), (36, 176), (68, 148), (95, 118), (92, 168), (60, 210),
                  (0, 230)),)),
    ShapeRegion("glasses", ("Eyeglasses",), (
        *pair(ellipse("eyes", 52, 6, 50, 38)),
        symmetric("eyes", (0, -25), (110, -25), (118, -8), (0, -5)))),
    ShapeRegion("goatee", ("Goatee",), (
        symmetric("jaw", (0, 128), (38, 126), (42, 155), (26, 195), (0, 210)),),
        without=(_LIPS,)),
    ShapeRegion("makeup", ("Heavy_Makeup",), (
        *pair(ellipse("eyes", 50, -8, 44, 28)), *_CHEEKS, _LIPS)),
    ShapeRegion("face", ("Pale_Skin",), (
        symmetric("jaw", (0, -118), (48, -112), (80, -84), (99, -30), (102, 25), (97, 75),
                  (86, 118), (62, 158), (32, 182), (0, 188)),)),
    ShapeRegion("face outline", ("Oval_Face",), (
        symmetric("jaw", (0, 30), (106, 30), (106, 75), (94, 122), (68, 165), (36, 190),
                  (0, 197)),), without=(
        symmetric("jaw", (0, 30), (75, 30), (75, 75), (66, 108), (46, 138), (22, 155),
                  (0, 160)),)),
    ShapeRegion("lower face", ("Chubby",), (
        symmetric("jaw", (0, 30), (106, 30), (110, 75), (100, 125), (85, 180), (40, 225),
                  (0, 230)),)),
    ShapeRegion("cheeks", ("Rosy_Cheeks",), _CHEEKS),
    ShapeRegion("cheekbones", ("High_Cheekbones",), pair(
        Outline("jaw", ((34, 52), (60, 30), (100, 16), (105, 45), (94, 88), (74, 100), (54, 82))))),
    ShapeRegion("upper lip", ("Mustache",), (
        symmetric("mouth", (0, -36), (32, -32), (66, -10), (67, 8), (50, 7), (14, -9), (0, -5)),)),
    ShapeRegion("eyes", ("Narrow_Eyes",), pair(ellipse("eyes", 50, -5, 34, 20))),
    ShapeRegion("sideburns", ("Sideburns",), pair(
        Outline("head", ((88, -48), (108, -48), (116, 60), (112, 98), (81, 98), (90, 30))))),
    ShapeRegion("ears", ("Wearing_Earrings",), pair(ellipse("head", 120, 76, 22, 38))),
    ShapeRegion("hat", ("Wearing_Hat",), (
        symmetric("head", (0, -260), (110, -250), (140, -160), (148, -60), (60, -62), (0, -70)),)),
    ShapeRegion("neckline", ("Wearing_Necklace",), (
        symmetric("head", (0, 215), (60, 190), (85, 195), (75, 250), (40, 290), (0, 300)),)),
    ShapeRegion("collar", ("Wearing_Necktie",), (
        symmetric("head", (0, 215), (75, 200), (90, 250), (60, 330), (0, 330)),)),
)
# fmt: on


class FaceShapes:
    """Mask version 3."""

    name: Final = "3"
    regions: Final = {region.name: region.attributes for region in REGIONS}
    shared: Final = False
    scale: Final = None

    def masks(self, landmarks: ArrayLike, size: int) -> Packed:
        """Draw version 3 of the masks.

        A region is cut off at the edges of the crop. It is empty where the landmarks that place
        it coincide or lie on a line.

        Args:
            landmarks: (n, 5, 2) x, y in pixels of the crop.
            size: side of the crop, a multiple of 8.

        Returns:
            (n, 27, size, size // 8) uint8, packed, one mask per entry of :data:`REGIONS`.

        Raises:
            LandmarksError: a landmark is not finite.
        """
        to_crop = frames(landmarks)

        def draw(outline: Outline) -> Packed:
            corners = np.array(outline.corners)
            return inside(apply(to_crop[outline.frame], corners), size)

        drawn = np.zeros((len(to_crop["head"]), len(REGIONS), size, size // 8), np.uint8)
        for index, region in enumerate(REGIONS):
            for outline in region.outlines:
                drawn[:, index] |= draw(outline)
            for outline in region.without:
                drawn[:, index] &= ~draw(outline)
        return drawn


ENTRY: Final[MaskVersion] = FaceShapes()
