"""Typed, validated parameters: one model per key of ``params.yaml``.

A stage asks for its own keys with :func:`load`, so that it cannot read a
parameter that ``dvc.yaml`` does not list for it.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from heed.attributes import ATTRIBUTES

Partition = Literal["train", "validation", "test"]
MethodName = Literal["gradcam", "hirescam"]
NetworkName = Literal["nano", "resnet51", "affact"]
Loss = Literal["bce", "mse"]
Weighting = Literal["none", "moon_expectation", "moon_sampling"]
Layer = Literal["before_relu", "after_relu"]
MaskVersion = Literal[1, 2, 3, "evidence"]
Target = Literal[1, 2, 3, 4]
AttributeName = Literal[*ATTRIBUTES]  # type: ignore[valid-type]

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Params(BaseModel):
    """What all keys share: unknown names are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, values: Any) -> Any:
        """Reject ``true`` where a number or a choice is meant: Python takes it for 1."""
        for name, value in values.items() if isinstance(values, dict) else ():
            field = cls.model_fields.get(name)
            if isinstance(value, bool) and field is not None and field.annotation is not bool:
                raise ValueError(f"{name} is {str(value).lower()}, which is not one of its values")
        return values


class DataParams(Params):
    """``data``: which faces are audited."""

    source: Literal["synthetic", "celeba"]
    root: str
    images: Literal["wild", "aligned"]
    verify: Literal["size", "content"]


class SyntheticParams(Params):
    """``synthetic``: the drawn faces."""

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

    size: Annotated[int, Field(ge=32, multiple_of=32)]
    scale: Annotated[float, Field(gt=0)]


class LandmarksParams(Params):
    """``landmarks``: how landmarks get into the crop."""

    method: Literal["alignment", "shift"]
    shift_x: float
    shift_y: float


class FrontalParams(Params):
    """``frontal``: which faces are audited."""

    partition: Partition
    threshold: Annotated[float, Field(ge=0)]


class MaskParams(Params):
    """``mask``: where a classifier should look."""

    version: MaskVersion


class ModelParams(Params):
    """``models.<name>``: one classifier."""

    network: NetworkName
    weights: str
    pretrained: str | None
    loss: Loss
    weighting: Weighting


class TrainParams(Params):
    """``train``: what the trained models share."""

    epochs: Count
    batch_size: Count
    learning_rate: Annotated[float, Field(gt=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    flip: bool
    seed: Annotated[int, Field(ge=0)]


class InferParams(Params):
    """``infer``: the one forward pass."""

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

    method: MethodName
    target: Target


class ScoreParams(Params):
    """``score``: what counts as active."""

    threshold: Annotated[float, Field(ge=0, lt=1)]


class AggregateParams(Params):
    """``aggregate``: tables with bootstrap intervals over faces."""

    resamples: Count
    confidence: Share
    seed: Annotated[int, Field(ge=0)]


class StatisticsParams(AggregateParams):
    """``statistics``: correlation over attributes and KL distance."""

    kl_epsilon: Annotated[float, Field(gt=0)]


class FiguresParams(Params):
    """``figures``: how figures are written."""

    dpi: Annotated[int, Field(ge=50, le=600)]


class FaceFiguresParams(Params):
    """``face_figures``: the figures that show single faces."""

    faces: Annotated[int, Field(ge=1, le=12)]
    target_attributes: Annotated[list[AttributeName], Field(min_length=4, max_length=4)]


class ReportParams(Params):
    """``report``: what the page shows."""

    faces: bool
    faces_per_group: Count


KEYS: dict[str, type[Params]] = {
    "data": DataParams,
    "synthetic": SyntheticParams,
    "crop": CropParams,
    "landmarks": LandmarksParams,
    "frontal": FrontalParams,
    "mask": MaskParams,
    "train": TrainParams,
    "infer": InferParams,
    "cam": CamParams,
    "score": ScoreParams,
    "aggregate": AggregateParams,
    "statistics": StatisticsParams,
    "figures": FiguresParams,
    "face_figures": FaceFiguresParams,
    "report": ReportParams,
}

MODEL_NAME = r"[A-Za-z][A-Za-z0-9_-]*"

MASK_SCALE = 5.5
"""The ``crop.scale`` that masks 1 and 2 and the constant landmark shift were made for."""

MASKS_OF_ONE_SCALE = (1, 2)
"""Versions of the masks in pixels of such a crop; the others follow the face at any scale."""

EVIDENCE_PARTITION = "test"
"""The partition of the drawn faces whose evidence is kept."""

P = TypeVar("P", bound=Params)


class ParamsError(ValueError):
    """A parameter is missing, unknown or out of range; the message names its key."""


def load(kind: type[P], path: str | os.PathLike[str] = "params.yaml") -> P:
    """Read the one key of ``params.yaml`` that ``kind`` describes.

    Args:
        kind: one of the classes in :data:`KEYS`.
        path: the parameter file.

    Raises:
        ParamsError: naming the file, the key, what was found and what is allowed.
    """
    key = next(name for name, model in KEYS.items() if model is kind)
    return _validated(kind, key, read(path).get(key), path)


def load_model(name: str, path: str | os.PathLike[str] = "params.yaml") -> ModelParams:
    """Read ``models.<name>``; raises :class:`ParamsError` like :func:`load`."""
    models = _models(path)
    if name not in models:
        raise ParamsError(f"{path}: models.{name} is missing; models has {', '.join(models)}")
    return _validated(ModelParams, f"models.{name}", models[name], path)


def load_models(path: str | os.PathLike[str] = "params.yaml") -> dict[str, ModelParams]:
    """Read all of ``models``, in the order of the file."""
    return {name: load_model(name, path) for name in _models(path)}


def printable(path: str | os.PathLike[str] = "params.yaml") -> dict[str, dict[str, Any]]:
    """All parameters, validated, as plain values by key; models as ``models.<name>``."""
    shown = {key: load(kind, path).model_dump() for key, kind in KEYS.items()}
    return shown | {f"models.{name}": m.model_dump() for name, m in load_models(path).items()}


def _models(path: str | os.PathLike[str]) -> dict[str, Any]:
    models = read(path).get("models")
    if not isinstance(models, dict) or not models:
        raise ParamsError(f"{path}: models: found {models!r}; expected a mapping of name to model")
    for name in models:
        if not re.fullmatch(MODEL_NAME, str(name)):
            raise ParamsError(
                f"{path}: models: found the name {name!r}; expected a letter, then letters, "
                "digits, - or _: it becomes part of commands and file names"
            )
    return models


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The whole file, unvalidated: a mapping of keys; raises :class:`ParamsError`."""
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParamsError(f"{path}: no such file; run from the folder that holds it") from None
    except yaml.YAMLError as error:
        raise ParamsError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise ParamsError(f"{path}: expected a mapping of keys, found {type(content).__name__}")
    return content


def _validated(kind: type[P], key: str, content: Any, path: str | os.PathLike[str]) -> P:
    if content is None:
        raise ParamsError(
            f"{path}: the key {key} is missing; it holds {', '.join(kind.model_fields)}"
        )
    try:
        return kind.model_validate(content, strict=False)
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join([key, *map(str, problem['loc'])])}: found {problem['input']!r}: "
            f"{problem['msg']}"
            for problem in error.errors()
        ]
        raise ParamsError("\n".join(lines)) from None
