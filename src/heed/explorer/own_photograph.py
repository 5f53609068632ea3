"""An image of one's own: opened with care, its face found, and cropped as the audit crops.

Nothing is believed of the file: its bytes, its format and its pixels are limited before anything is
decoded. The crop is made by :func:`heed.geometry.photograph.crop`, from the pixels as they are
stored, with the audit's ``crop`` parameters; only where the five landmarks are from differs: here
MTCNN finds them, which in CelebA's test faces is within a few pixels of the annotations.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from heed.base.errors import HeedError, InputError
from heed.celeba.landmark_checks import ALIGNED_SIZE
from heed.geometry.affine import Matrix, apply, compose
from heed.geometry.alignment import alignment
from heed.geometry.filling import inside
from heed.geometry.photograph import crop, decode
from heed.geometry.settings import CropParams
from heed.guidance.template_face import template_landmarks

if TYPE_CHECKING:
    from heed.explorer.landmark_detector import LandmarkDetector

MOST_BYTES: Final = 30 * 2**20
"""Of a file, 30 MiB: more is refused before it is looked at."""

MOST_PIXELS: Final = 25_000_000
"""Of an image: more is refused before it is decoded, which takes some 200 MB for these."""

FORMATS: Final = ("BMP", "JPEG", "PNG", "WEBP")
"""As Pillow names them; the decoders of others are not even asked."""

LARGEST_SEARCHED: Final = 1024
"""Pixels of the longer side of the image that the detector is given; larger ones are reduced."""

ALIGNED_LANDMARKS: Final = (
    (68.8, 111.4), (108.2, 111.4), (88.1, 135.5), (70.0, 151.6), (106.9, 151.7)
)  # fmt: skip
"""Means of the landmarks in CelebA's aligned images (178 x 218): within 2 pixels, all faces have
their eyes there."""

_ORIENTATION: Final = 0x0112  # of EXIF
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, eq=False)
class OwnCrop:
    """The face of an image, as the audit's networks take it.

    Attributes:
        pixels: (S, S, 3) uint8, RGB.
        landmarks: (5, 2) x, y in its pixels.
        counted: (S, S) bool, which pixels show the image and not what lies beyond it.
        how: a sentence: how the face was found.
    """

    pixels: NDArray[np.uint8]
    landmarks: NDArray[np.float64]
    counted: NDArray[np.bool_]
    how: str


def own_crop(data: bytes, name: str, params: CropParams) -> OwnCrop:
    """Find the face of an image and cut it out.

    An image of exactly the crop's size is taken for a crop, as it is. One of CelebA's aligned
    images (178 x 218) in which no face is found has its eyes where those have them.

    Args:
        data: the file's bytes.
        name: its name, for messages.
        params: how the audit crops.

    Raises:
        InputError: it is too large, no image of a known format, damaged, or shows no face.
    """
    picture, width, height, orientation = _opened(data, name)
    size = params.size
    found = _detector().find(picture)
    if (width, height) == (size, size) and orientation == 1:
        landmarks = template_landmarks(size, params.scale) if found is None else found.landmarks
        how = f"It has {size} x {size} pixels and is taken for a crop, as it is."
        return OwnCrop(decode(data, name), landmarks, np.ones((size, size), np.bool_), how)
    turn = oriented(orientation, width, height)
    upright = (width, height) if orientation < 5 else (height, width)
    if found is not None:
        enlarged = np.array(upright) / np.array(picture.shape[1::-1])
        points = (found.landmarks + 0.5) * enlarged - 0.5
        others = "" if found.faces == 1 else f", the most probable of {found.faces}"
        how = f"A face was found with a probability of {found.probability:.2f}{others}."
    elif upright == ALIGNED_SIZE:
        points = np.array(ALIGNED_LANDMARKS)
        how = "No face was found; it is taken for one of CelebA's aligned images (178 x 218)."
    else:
        raise InputError(
            f"{name}: found no face in {upright[0]} x {upright[1]} pixels; expected a photograph "
            f"of a face of at least 20 pixels, or a crop of {size} x {size} pixels, which is "
            "taken as it is"
        )
    try:
        onto = alignment(points[None], size, params.scale, [name])[0]
        to_crop = compose(onto, turn)
        pixels = crop(data, to_crop, size, name, params.sampling)
    except HeedError as error:
        raise InputError(str(error)) from None
    return OwnCrop(pixels, apply(onto, points), inside(to_crop, width, height, size), how)


def oriented(orientation: int, width: int, height: int) -> Matrix:
    """From the pixels as they are stored to those that a viewer shows, by EXIF's orientation.

    Args:
        orientation: 1 to 8; 1 is as stored.
        width: of the stored image.
        height: of the stored image.

    Returns:
        (2, 3) stored pixel -> shown pixel.

    Example:
        >>> oriented(6, width=4, height=2).tolist()  # a quarter turn to the right
        [[0.0, -1.0, 1.0], [1.0, 0.0, 0.0]]
    """
    right, down = width - 1, height - 1
    rows = {
        2: ((-1, 0, right), (0, 1, 0)),
        3: ((-1, 0, right), (0, -1, down)),
        4: ((1, 0, 0), (0, -1, down)),
        5: ((0, 1, 0), (1, 0, 0)),
        6: ((0, -1, down), (1, 0, 0)),
        7: ((0, -1, down), (-1, 0, right)),
        8: ((0, 1, 0), (-1, 0, right)),
    }
    return np.array(rows.get(orientation, ((1, 0, 0), (0, 1, 0))), np.float64)


def _opened(data: bytes, name: str) -> tuple[NDArray[np.uint8], int, int, int]:
    """The image as a viewer shows it, reduced; and the stored one's width, height, orientation."""
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}: found {len(data) / 2**20:.0f} MB; expected {MOST_BYTES >> 20} MB at most"
        )
    try:
        with _unwarned(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            _check_pixels(width, height, name)
            orientation = image.getexif().get(_ORIENTATION, 1)
            orientation = orientation if orientation in range(1, 9) else 1
            image.draft("RGB", (LARGEST_SEARCHED, LARGEST_SEARCHED))  # a JPEG is decoded smaller
            shown = _in_colour(image)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise InputError(
            f"{name}: found {len(data)} bytes that are no image of a known format; expected a "
            f"JPEG, PNG, WebP or BMP of {MOST_PIXELS // 10**6} million pixels at most"
        ) from None
    except (OSError, SyntaxError, ValueError, struct.error, EOFError, MemoryError) as error:
        if isinstance(error, HeedError):
            raise
        raise InputError(f"{name}: is damaged ({error}); copy the file again") from None
    if orientation in _TURNS:
        shown = shown.transpose(_TURNS[orientation])
    shown.thumbnail((LARGEST_SEARCHED, LARGEST_SEARCHED))
    return np.asarray(shown, np.uint8), width, height, orientation


def _in_colour(image: Image.Image) -> Image.Image:
    """As RGB; Pillow would take all that is above 255 of 65,535 levels for white."""
    if image.mode.startswith("I"):
        levels = np.asarray(image).astype(np.int64)
        image = Image.fromarray((np.clip(levels, 0, 65535) >> 8).astype(np.uint8))
    return image.convert("RGB")


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without Pillow's warnings: what is wrong with an image is said in words of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _check_pixels(width: int, height: int, name: str) -> None:
    if width * height > MOST_PIXELS:
        raise InputError(
            f"{name}: found {width} x {height} pixels; expected {MOST_PIXELS // 10**6} million "
            "pixels at most"
        )


@lru_cache(maxsize=1)
def _detector() -> "LandmarkDetector":
    from heed.explorer.landmark_detector import LandmarkDetector  # torch takes seconds

    return LandmarkDetector()
