"""The parameters ``infer`` and ``cam``: which maps are taken, and which of them are scored."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from heed.base.settings import Count, Params
from heed.explain.names import (
    DEVICE,
    FOLDER,
    METHOD_NAMES,
    STORED_METHODS,
    Layer,
    Precision,
    Target,
)  # fmt: skip
from heed.explain.placement import PlacementRule

__all__ = [
    "FOLDER",
    "METHOD_NAMES",
    "STORED_METHODS",
    "CamParams",
    "InferParams",
    "Layer",
    "Target",
]

if TYPE_CHECKING:
    MethodName = str
else:
    MethodName = Literal[STORED_METHODS]
"""The name of a method whose maps can be stored: one of :data:`STORED_METHODS`."""


class InferParams(Params):
    """``infer``: the one forward pass."""

    key: ClassVar[str] = "infer"

    layer: Layer
    methods: Annotated[list[MethodName], Field(min_length=1)]
    batch_size: Count | Literal["auto"]
    memory: Count  # MiB
    device: Annotated[str, Field(pattern=f"^({DEVICE})$")]
    precision: Precision

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
