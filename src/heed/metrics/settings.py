"""The parameter ``score``: what counts as active."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Params


class ScoreParams(Params):
    """``score``: what counts as active."""

    key: ClassVar[str] = "score"

    threshold: Annotated[float, Field(ge=0, lt=1)]
