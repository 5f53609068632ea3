"""The parameter ``models``: the classifiers of the audit."""

import os
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import ValidationInfo, field_validator, model_validator

from heed.audit.named_files import TRAIN
from heed.audit.training_settings import OwnTraining
from heed.base.errors import InputError
from heed.base.replicates import replicates
from heed.base.settings import Count, Params, load_entries, load_entry
from heed.networks.settings import NETWORK_NAMES, NetworkName, is_affine
from heed.training.settings import Loss, Weighting

TRAINED_BY: Final = ("pretrained", "loss", "weighting", "train")
"""The parameters of a model that only a training has."""


class ModelParams(Params):
    """``models.<name>``: one classifier.

    Attributes:
        network: its architecture.
        weights: ``train``, or the file of given weights. With given weights what follows
            means nothing, and may be left out: it is None then.
        pretrained: the file of the ImageNet weights that a training starts from, or None.
        loss: of the training.
        weighting: of the loss.
        replicates: how many networks are trained, which differ in their seed alone: replicate k
            has the model's seed and k - 1. 1 where it is left out, and with given weights.
        train: where its training differs from that of the other models, or None.
    """

    key: ClassVar[str] = "models"

    network: NetworkName
    weights: str
    pretrained: str | None
    loss: Loss | None
    weighting: Weighting | None
    replicates: Count = 1
    train: OwnTraining | None = None

    @model_validator(mode="before")
    @classmethod
    def _given_weights_need_no_training(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("weights", TRAIN) != TRAIN:
            return dict.fromkeys(TRAINED_BY) | values
        return values

    @field_validator("network")
    @classmethod
    def _with_maps(cls, value: str) -> str:
        if not is_affine(value):
            raise ValueError(
                f"{value} has activations between the layers of its head, so that its maps do not "
                "follow from one forward pass; expected a network with an affine head: "
                f"{', '.join(filter(is_affine, NETWORK_NAMES))}"
            )
        return value

    @field_validator("weights")
    @classmethod
    def _train_or_a_file(cls, value: str) -> str:
        if not value.strip():
            raise ValueError(f"expected {TRAIN}, or the path of a .safetensors file")
        if value != TRAIN and value.strip().lower() == TRAIN:
            raise ValueError(f"expected {TRAIN}, in these letters, or a .safetensors file")
        return value

    @field_validator("loss", "weighting")
    @classmethod
    def _a_training_needs_both(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("weights") == TRAIN:
            raise ValueError("a model with weights: train needs it")
        return value

    @property
    def trained(self) -> bool:
        """Whether the pipeline trains it; otherwise its weights are given."""
        return self.weights == TRAIN

    @property
    def trainings(self) -> int:
        """How many networks it has; with given weights one, whatever ``replicates`` says."""
        return self.replicates if self.trained else 1

    def given(self) -> dict[str, Any]:
        """The parameters that mean something, as plain values by name."""
        values = self.model_dump()
        if self.train is not None:
            values["train"] = self.train.model_dump(exclude_none=True)
        unset = {"replicates", *(name for name in TRAINED_BY if values[name] is None)}
        return values if self.trained else {k: v for k, v in values.items() if k not in unset}


def load_model(name: str, path: str | os.PathLike[str] = "params.yaml") -> ModelParams:
    """Read ``models.<name>``; raises :class:`ParamsError` like :func:`load_entry`."""
    return load_entry(ModelParams, name, path)


def load_models(path: str | os.PathLike[str] = "params.yaml") -> dict[str, ModelParams]:
    """Read all of ``models``, in the order of the file."""
    return load_entries(ModelParams, path)


def replicates_of(name: str, model: ModelParams, folder: str | os.PathLike[str]) -> list[Path]:
    """The entries that a stage wrote of a model, as many as params.yaml has trainings of it.

    For means over trainings: one that is left over would count in them.

    Args:
        name: of the model.
        model: its parameters.
        folder: what the stage wrote of it.

    Returns:
        Their paths, replicate 1 first.

    Raises:
        InputError: if there are fewer or more, or :func:`heed.base.replicates.replicates` refuses
            them.
    """
    found = replicates(folder)
    if len(found) != model.trainings:
        key = f"models.{name}.{'replicates' if model.trained else 'weights'}"
        raise InputError(
            f"{os.fspath(folder)}: found {len(found)} of the trainings of {name}; expected "
            f"{model.trainings}, by {key} in params.yaml; run `dvc repro`"
        )
    return found
