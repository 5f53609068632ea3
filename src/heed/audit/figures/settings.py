"""The parameter ``face_figures``: the figures that show single faces."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from heed.base.settings import Params
from heed.celeba.attributes import ATTRIBUTES

AttributeName = Literal[*ATTRIBUTES]  # type: ignore[valid-type]


class FaceFiguresParams(Params):
    """``face_figures``: the figures that show single faces."""

    key: ClassVar[str] = "face_figures"

    faces: Annotated[int, Field(ge=1, le=12)]
    target_attributes: Annotated[list[AttributeName], Field(min_length=1, max_length=4)]
