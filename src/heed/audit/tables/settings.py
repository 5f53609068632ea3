"""The parameters ``aggregate``, ``crossed`` and ``statistics``."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from heed.base.settings import Count, Params, Share
from heed.celeba.attributes import ATTRIBUTES

AttributeName = Literal[*ATTRIBUTES]  # type: ignore[valid-type]


class AggregateParams(Params):
    """``aggregate``: tables with intervals over persons and trainings."""

    key: ClassVar[str] = "aggregate"

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]
    least_faces: Count


class CrossedParams(Params):
    """``crossed``: groups of faces by a second attribute."""

    key: ClassVar[str] = "crossed"

    attributes: Annotated[list[AttributeName], Field(min_length=1)]

    @field_validator("attributes")
    @classmethod
    def _once_each(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError(f"found {', '.join(names)}; expected each attribute once")
        return names


class StatisticsParams(Params):
    """``statistics``: correlation over attributes and KL divergence."""

    key: ClassVar[str] = "statistics"

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]
    kl_epsilon: Annotated[float, Field(gt=0)]
    permutations: Count
