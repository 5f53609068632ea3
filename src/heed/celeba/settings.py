"""The parameter ``data``: which faces are read, and how."""

import os
import re
from typing import Any, ClassVar, Literal

from pydantic import field_serializer, field_validator

from heed.base.settings import Count, Params


class DataParams(Params):
    """``data``: which faces are audited."""

    key: ClassVar[str] = "data"

    source: Literal["synthetic", "celeba"]
    root: str
    images: Literal["wild", "aligned"]
    verify: Literal["size", "content"]
    missing: Literal["stop", "skip"] = "stop"
    landmark_size: tuple[Count, Count] | None = None

    @field_validator("landmark_size", mode="before")
    @classmethod
    def _width_and_height(cls, value: object) -> object:
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

    @field_serializer("landmark_size")
    def _as_written(self, value: tuple[int, int] | None) -> str | None:
        return None if value is None else f"{value[0]}x{value[1]}"

    @property
    def folder(self) -> str:
        """``root`` as a folder that can be opened: ``~`` is the home of who runs it."""
        return os.path.expanduser(self.root)
