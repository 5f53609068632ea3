"""The parameters ``aggregate``, ``causal``, ``crossed`` and ``statistics``."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from heed.base.settings import Count, Params, Share
from heed.celeba.attributes import ATTRIBUTES

AttributeName = Literal[*ATTRIBUTES]  # type: ignore[valid-type]


def enough_resamples(resamples: int, info: ValidationInfo) -> int:
    """So many that an interval's ends are not the only resamples there are."""
    confidence = info.data.get("confidence")
    least = 1 if confidence is None else round(1 / (1 - confidence))
    if resamples < least:
        raise ValueError(
            f"an interval of {confidence:g} has its ends beyond all of so few; expected {least} or "
            "more, and some hundreds for ends that stay"
        )
    return resamples


Resamples = Annotated[Count, AfterValidator(enough_resamples)]
"""A number of bootstrap resamples; stands behind ``confidence`` in its group."""


class AggregateParams(Params):
    """``aggregate``: tables with intervals over persons and trainings."""

    key: ClassVar[str] = "aggregate"

    confidence: Share
    resamples: Resamples
    seed: Annotated[int, Field(ge=0)]
    least_faces: Count


class CausalParams(Params):
    """``causal``: what the networks use, by flipped attributes and deleted cells."""

    key: ClassVar[str] = "causal"

    faces: Count
    cells: Count
    fill: Literal["blur", "mean"]
    shown: Count
    seed: Annotated[int, Field(ge=0)]


class CrossedParams(Params):
    """``crossed``: groups of faces by a second attribute."""

    key: ClassVar[str] = "crossed"

    attributes: list[AttributeName]

    @field_validator("attributes")
    @classmethod
    def _once_each(cls, names: list[str]) -> list[str]:
        if not names:
            raise ValueError("expected at least one attribute, such as [Male]")
        if len(set(names)) < len(names):
            raise ValueError(f"found {', '.join(names)}; expected each attribute once")
        return names


class StatisticsParams(Params):
    """``statistics``: correlation over attributes and KL divergence."""

    key: ClassVar[str] = "statistics"

    confidence: Share
    resamples: Resamples
    seed: Annotated[int, Field(ge=0)]
    kl_epsilon: Annotated[float, Field(gt=0)]
    permutations: Count
