"""A picture as the page embeds it."""

import base64
import os
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from heed.base.errors import InputError

SCALE: Final = 150 / 72
"""Pixels of the page per point of print: letters of 7 points are as large as the page's small."""

_COLUMN = 3.5 * 72  # points
_OPENED = re.compile(r"<svg [^>]*>")
_SIZE = re.compile(r'\b(width|height)="([\d.]+)pt"')
_NAMESPACE = re.compile(r' xmlns(?::\w+)?="[^"]*"')
_FORBIDDEN = re.compile(
    r"<(?:script|style|foreignObject)\b|<[^>]*\s(?:on\w+|style)\s*=", re.IGNORECASE
)


@dataclass(frozen=True)
class Picture:
    """An encoded picture, what a reader who cannot see it is told, and its caption.

    Attributes:
        content: PNG, WebP or JPEG bytes.
        alt: the text in place of the picture.
        caption: the text under the picture.
        framed: whether the page draws a frame around it.
    """

    content: bytes
    alt: str
    caption: str = ""
    framed: bool = False

    @property
    def uri(self) -> str:
        """The picture as a ``data:`` address, so that the page needs no other file."""
        kind = "jpeg"
        if self.content.startswith(b"\x89PNG"):
            kind = "png"
        elif self.content.startswith(b"RIFF"):
            kind = "webp"
        return f"data:image/{kind};base64,{base64.b64encode(self.content).decode('ascii')}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels; told to the browser so that nothing moves while it loads."""
        with Image.open(BytesIO(self.content)) as opened:  # reads the header only
            return opened.size


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG, which stands in the page itself: sharp at any size, and its words are found.

    Attributes:
        svg: an ``svg`` element without scripts and styles, its width and height in points, as
            :func:`heed.figures.vector.svg` writes it.
        alt: what a reader who cannot see it is told.
        caption: the text under it.
    """

    svg: str
    alt: str
    caption: str = ""

    @classmethod
    def read(cls, path: str | os.PathLike[str], caption: str) -> "Drawing":
        """A figure's file; its caption also tells those who cannot see it what it shows."""
        return cls(Path(path).read_text(encoding="utf-8"), alt=caption, caption=caption)

    @property
    def narrow(self) -> bool:
        """Whether it is as wide as a column of a paper, and not as its page."""
        found = re.search(r'\bwidth="([\d.]+)pt"', self.svg)
        return found is not None and float(found[1]) <= _COLUMN

    @property
    def markup(self) -> Markup:
        """The element at the size of a page's text on the screen, without what only XML needs.

        Raises:
            ValueError: the text is no such element, or holds what a page's policy forbids.
        """
        opened = _OPENED.match(self.svg)
        if not opened or _FORBIDDEN.search(self.svg):
            raise InputError(
                f"found a drawing that begins with {self.svg[:60]!r}; expected an svg element of "
                "one of Heed's figures, without script, style and handlers: run `dvc repro`"
            )
        size = _SIZE.sub(lambda found: f'{found[1]}="{float(found[2]) * SCALE:.0f}"', opened[0])
        return Markup(_NAMESPACE.sub("", size) + self.svg[opened.end() :])


def webp(content: bytes, quality: int = 82) -> bytes:
    """Encode a picture anew as WebP: a tenth of the bytes of a PNG that shows photographs.

    Args:
        content: an encoded picture that OpenCV reads, without transparency.
        quality: 1..100.

    Raises:
        ValueError: if the bytes are no picture.
    """
    encoded = np.frombuffer(content, np.uint8)
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if len(encoded) else None
    if image is None:
        raise InputError(
            f"found {len(content)} bytes that are no picture OpenCV reads; expected a PNG or JPEG: "
            "run the stage that draws the figure again"
        )
    return _encoded(image, quality)


def thumbnail(image: NDArray[np.uint8], side: int, quality: int = 80) -> bytes:
    """Encode an RGB image as a small square WebP: half the bytes of a JPEG that looks the same.

    Args:
        image: (S, S, 3) uint8, RGB.
        side: pixels of the thumbnail's side.
        quality: 1..100.
    """
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    return _encoded(small[..., ::-1], quality)


def _encoded(image: NDArray[np.uint8], quality: int) -> bytes:
    """An image in OpenCV's order of colours as WebP."""
    done, encoded = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise InputError(f"OpenCV could not encode an image of shape {image.shape} as WebP")
    return bytes(encoded.tobytes())
