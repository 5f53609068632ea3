"""The parameters ``aggregate`` and ``statistics``."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Count, Params, Share


class AggregateParams(Params):
    """``aggregate``: tables with intervals over persons and trainings."""

    key: ClassVar[str] = "aggregate"

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]
    least_faces: Count


class StatisticsParams(Params):
    """``statistics``: correlation over attributes and KL divergence."""

    key: ClassVar[str] = "statistics"

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]
    kl_epsilon: Annotated[float, Field(gt=0)]
    permutations: Count
