"""The parameters of the audit: one model per key of its ``params.yaml``.

The classifiers under ``models`` are in :mod:`heed.models_params`.
"""

import os
import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    Field,
    field_serializer,
    field_validator,
)

from heed.attributes import ATTRIBUTES
from heed.models_params import Loss as Loss  # the trainer takes these two from here
from heed.models_params import Weighting as Weighting
from heed.models_params import load_models
from heed.params_file import Count, Params, Share, load

LARGEST_CROP = 1024
"""Side in pixels of the largest crop."""

Partition = Literal["train", "validation", "test"]
MethodName = Literal["gradcam", "hirescam"]
Layer = Literal["before_relu", "after_relu"]
MaskVersion = Literal[1, 2, 3, "evidence"]
Target = Literal[1, 2, 3, 4]
AttributeName = Literal[*ATTRIBUTES]  # type: ignore[valid-type]


class DataParams(Params):
    """``data``: which faces are audited."""

    key: ClassVar[str] = "data"

    source: Literal["synthetic", "celeba"]
    root: str
    images: Literal["wild", "aligned"]
    verify: Literal["size", "content"]
    missing: Literal["stop", "skip"] = "stop"
    landmark_size: tuple[Count, Count] | None = None

    @field_validator("landmark_size", mode="before")
    @classmethod
    def _width_and_height(cls, value: object) -> object:
        """Read ``178x218``, or a list of two numbers."""
        if value is None:
            return None
        size: list[Any] = []
        if isinstance(value, str):
            found = re.fullmatch(r"\s*([0-9]{1,6})\s*[xX×]\s*([0-9]{1,6})\s*", value)
            size = [int(text) for text in found.groups()] if found else []
        elif isinstance(value, list | tuple):
            size = list(value)
        if len(size) != 2 or not all(type(side) is int and side >= 1 for side in size):
            raise ValueError("expected width x height in pixels, such as 178x218, or null")
        return size[0], size[1]

    @field_serializer("landmark_size")
    def _as_written(self, value: tuple[int, int] | None) -> str | None:
        return None if value is None else f"{value[0]}x{value[1]}"

    @property
    def folder(self) -> str:
        """``root`` as a folder that can be opened: ``~`` is the home of who runs it."""
        return os.path.expanduser(self.root)


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


class CropParams(Params):
    """``crop``: the AFFACT crop."""

    key: ClassVar[str] = "crop"

    size: Annotated[int, Field(ge=32, multiple_of=32)]
    scale: Annotated[float, Field(gt=0)]

    @field_validator("size")
    @classmethod
    def _no_larger_than_faces_are(cls, value: int) -> int:
        if value > LARGEST_CROP:
            raise ValueError(
                f"expected {LARGEST_CROP} at most: hardly a face of CelebA has as many pixels, "
                "and memory grows with the square"
            )
        return value


class LandmarksParams(Params):
    """``landmarks``: how landmarks get into the crop."""

    key: ClassVar[str] = "landmarks"

    method: Literal["alignment", "shift"]
    shift_x: float
    shift_y: float


class FrontalParams(Params):
    """``frontal``: which faces are audited."""

    key: ClassVar[str] = "frontal"

    partition: Partition
    threshold: Annotated[float, Field(ge=0)]


class MaskParams(Params):
    """``mask``: where a classifier should look."""

    key: ClassVar[str] = "mask"

    version: MaskVersion


class TrainParams(Params):
    """``train``: what the trained models share."""

    key: ClassVar[str] = "train"

    epochs: Count
    batch_size: Count
    learning_rate: Annotated[float, Field(gt=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    flip: bool
    seed: Annotated[int, Field(ge=0)]


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


class ScoreParams(Params):
    """``score``: what counts as active."""

    key: ClassVar[str] = "score"

    threshold: Annotated[float, Field(ge=0, lt=1)]


class AggregateParams(Params):
    """``aggregate``: tables with bootstrap intervals over faces."""

    key: ClassVar[str] = "aggregate"

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]


class StatisticsParams(AggregateParams):
    """``statistics``: correlation over attributes and KL distance."""

    key: ClassVar[str] = "statistics"

    kl_epsilon: Annotated[float, Field(gt=0)]


class FiguresParams(Params):
    """``figures``: how figures are written."""

    key: ClassVar[str] = "figures"

    dpi: Annotated[int, Field(ge=50, le=600)]


class FaceFiguresParams(Params):
    """``face_figures``: the figures that show single faces."""

    key: ClassVar[str] = "face_figures"

    faces: Annotated[int, Field(ge=1, le=12)]
    target_attributes: Annotated[list[AttributeName], Field(min_length=4, max_length=4)]


class ReportParams(Params):
    """``report``: what the page shows."""

    key: ClassVar[str] = "report"

    faces: bool
    faces_per_group: Count


KEYS: dict[str, type[Params]] = {
    kind.key: kind
    for kind in (
        DataParams,
        SyntheticParams,
        CropParams,
        LandmarksParams,
        FrontalParams,
        MaskParams,
        TrainParams,
        InferParams,
        CamParams,
        ScoreParams,
        AggregateParams,
        StatisticsParams,
        FiguresParams,
        FaceFiguresParams,
        ReportParams,
    )
}
"""The keys of the audit's params.yaml, beside ``models``."""

MASK_SCALE = 5.5
"""The ``crop.scale`` that masks 1 and 2 and the constant landmark shift were made for."""

MASKS_OF_ONE_SCALE = (1, 2)
"""Versions of the masks in pixels of such a crop; the others follow the face at any scale."""

EVIDENCE_PARTITION = "test"
"""The partition of the drawn faces whose evidence is kept."""


def printable(path: str | os.PathLike[str] = "params.yaml") -> dict[str, dict[str, Any]]:
    """All parameters, validated, as plain values by key; models as ``models.<name>``."""
    shown = {key: load(kind, path).model_dump() for key, kind in KEYS.items()}
    return shown | {f"models.{name}": model.given() for name, model in load_models(path).items()}
