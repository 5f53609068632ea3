"""A picture as the page embeds it."""

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """An encoded picture, what a reader who cannot see it is told, and its caption.

    Attributes:
        content: PNG or JPEG bytes.
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
        kind = "png" if self.content.startswith(b"\x89PNG") else "jpeg"
        return f"data:image/{kind};base64,{base64.b64encode(self.content).decode('ascii')}"
