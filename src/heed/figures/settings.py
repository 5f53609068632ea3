"""The parameter ``figures``: how figures are written."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Params


class FiguresParams(Params):
    """``figures``: how figures are written."""

    key: ClassVar[str] = "figures"

    dpi: Annotated[int, Field(ge=50, le=600)]
