"""The parameter ``data``: which faces are read, and how."""

import os
import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, PlainSerializer

from heed.base.settings import Count, Params


def _width_and_height(value: object) -> object:
    """Read ``178x218``, or a list of two numbers."""
    if value is None:
        return None
    size: list[Any] = []
    if isinstance(value, str):
        found = re.fullmatch(r"\s*([0-9]{1,6})\s*[xX×]\s*([0-9]{1,6})\s*", value)
        size = [int(text) for text in found.groups()] if found else []
    elif isinstance(value, list | tuple):
        size = list(value)
    if len(size) != 2 or not all(type(side) is int and side >= 1 for side in size):
        raise ValueError("expected width x height in pixels, such as 178x218, or null")
    return size[0], size[1]


def _as_written(value: tuple[int, int] | None) -> str | None:
    return None if value is None else f"{value[0]}x{value[1]}"


LandmarkSize = Annotated[
    tuple[Count, Count] | None, BeforeValidator(_width_and_height), PlainSerializer(_as_written)
]
"""Width and height of the images that landmarks were measured in; None: they are the files'."""

Missing = Literal["stop", "skip"]
"""What to do where annotated images are absent."""


class DataParams(Params):
    """``data``: which faces are audited."""

    key: ClassVar[str] = "data"

    source: Literal["synthetic", "celeba"]
    root: str
    images: Literal["wild", "aligned"]
    verify: Literal["size", "content"]
    missing: Missing = "stop"
    landmark_size: LandmarkSize = None

    @property
    def folder(self) -> str:
        """``root`` as a folder that can be opened: ``~`` is the home of who runs it."""
        return os.path.expanduser(self.root)
