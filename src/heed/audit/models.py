"""The parameter ``models``: the classifiers of the audit."""

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, ValidationInfo, field_validator, model_validator

from heed.audit.named_files import OWN, TRAIN
from heed.audit.training_settings import OwnTraining
from heed.base.errors import InputError
from heed.base.replicates import replicates
from heed.base.settings import Count, Params, load_entries, load_entry
from heed.networks.settings import (
    NETWORK_NAMES,
    PYTHON,
    AnyNetworkName,
    Normalise,
    is_affine,
    is_other,
)
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
        layer: where the maps of another network than Heed's are taken: the name of one of its
            modules, or ``auto``, which None means. Of Heed's own ``infer.layer`` decides.
        normalise: what another network expects of pixels in 0..1; None: see
            :func:`heed.networks.settings.mean_and_std`.
    """

    key: ClassVar[str] = "models"

    network: AnyNetworkName
    weights: str
    pretrained: str | None
    loss: Loss | None
    weighting: Weighting | None
    replicates: Count = 1
    train: OwnTraining | None = None
    layer: Annotated[str, Field(min_length=1)] | None = None
    normalise: Normalise | None = None

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

    @field_validator("pretrained")
    @classmethod
    def _a_function_starts_its_own(cls, value: str | None, info: ValidationInfo) -> str | None:
        network = info.data.get("network", "")
        if value is not None and network.startswith(PYTHON):
            raise ValueError(
                f"{network} is a function of yours: let it return the network with the weights "
                "that a training starts from, and set pretrained to null"
            )
        return value

    @field_validator("layer", "normalise")
    @classmethod
    def _of_other_networks_alone(cls, value: Any, info: ValidationInfo) -> Any:
        network = info.data.get("network")
        if value is not None and network is not None and not is_other(network):
            decides = "infer.layer decides" if info.field_name == "layer" else "it does so itself"
            raise ValueError(f"{network} is one of Heed's own: {decides}; leave this key out")
        return value

    @field_validator("weights")
    @classmethod
    def _train_or_a_file(cls, value: str, info: ValidationInfo) -> str:
        if not value.strip():
            raise ValueError(f"expected {TRAIN}, or the path of a .safetensors file")
        if value == OWN and not info.data.get("network", PYTHON).startswith(PYTHON):
            raise ValueError(
                f"expected {TRAIN}, or the path of a .safetensors file: only a network that a "
                f"function of yours returns ({PYTHON}…) has weights of its own"
            )
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
    def file(self) -> str | None:
        """The file of its weights; None if it is trained, or its function gives it weights."""
        return None if self.weights in (TRAIN, OWN) else self.weights

    @property
    def trainings(self) -> int:
        """How many networks it has; with given weights one, whatever ``replicates`` says."""
        return self.replicates if self.trained else 1

    def given(self) -> dict[str, Any]:
        """The parameters that mean something, as plain values by name."""
        values = self.model_dump()
        if self.train is not None:
            values["train"] = self.train.model_dump(exclude_none=True)
        left_out = {name for name in ("layer", "normalise") if values[name] is None}
        if not self.trained:
            left_out |= {"replicates", *(name for name in TRAINED_BY if values[name] is None)}
        return {name: value for name, value in values.items() if name not in left_out}


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
