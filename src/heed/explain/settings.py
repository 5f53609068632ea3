"""The parameters ``infer`` and ``cam``: which maps are taken, and which of them are scored."""

from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field, field_validator

from heed.base.registry import names_in
from heed.base.settings import Count, Params
from heed.explain.placement import PlacementRule

FOLDER: Final = "heed.explain.methods"
"""Where the methods are; each of its files registers one. Their names need no torch."""

METHOD_NAMES: Final = names_in(FOLDER)

if TYPE_CHECKING:
    MethodName = str
else:
    MethodName = Literal[METHOD_NAMES]
"""The name of a method: one of :data:`METHOD_NAMES`."""

Layer = Literal["before_relu", "after_relu"]


class Target(IntEnum):
    """Which function of a logit z, and of the label t, a map explains."""

    LOGIT = 1
    """z: what supports "present"."""
    ABSOLUTE = 2
    """abs(z): what supports the predicted class (Bieri 2023)."""
    ABSOLUTE_BY_LABEL = 3
    """abs(z) t: what supports the true class, up to the sign of z."""
    BY_LABEL = 4
    """z t: what supports the true class."""


class InferParams(Params):
    """``infer``: the one forward pass."""

    key: ClassVar[str] = "infer"

    layer: Layer
    methods: Annotated[list[MethodName], Field(min_length=1)]
    batch_size: Count

    @field_validator("methods")
    @classmethod
    def _no_method_twice(cls, methods: list[str]) -> list[str]:
        if len(set(methods)) != len(methods):
            raise ValueError(f"a method is listed twice: {', '.join(methods)}")
        return methods


class CamParams(Params):
    """``cam``: the maps that are scored."""

    key: ClassVar[str] = "cam"

    method: MethodName
    target: Target
    placement: PlacementRule
