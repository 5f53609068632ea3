"""The parameters ``score``, what counts as active, and ``scale``, what scores are held against."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from heed.base.settings import Count, Params, Share


class ScoreParams(Params):
    """``score``: what counts as active, and which pixels count."""

    key: ClassVar[str] = "score"

    threshold: Annotated[float, Field(ge=0, lt=1)]
    filled: Literal["keep", "leave_out"]


class ScaleParams(Params):
    """``scale``: what a uniform map and the best map of the grid score."""

    key: ClassVar[str] = "scale"

    faces: Count
    least_range: Share
