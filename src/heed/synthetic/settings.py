"""The parameter ``synthetic``: which faces are drawn."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Count, Params

EVIDENCE_PARTITION = "test"
"""The partition of the drawn faces whose evidence is kept."""


class SyntheticParams(Params):
    """``synthetic``: the drawn faces."""

    key: ClassVar[str] = "synthetic"

    train: Count
    validation: Count
    test: Count
    faces_per_identity: Annotated[float, Field(ge=1)]
    sharpness: Annotated[float, Field(gt=0)]
    correlation_gain: Annotated[float, Field(ge=0)]
    frontal_share: Annotated[float, Field(ge=0, le=1)]
    seed: Annotated[int, Field(ge=0)]
