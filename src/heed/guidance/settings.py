"""How a network is fine-tuned with a map loss, and which losses there are."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from heed.base.settings import Count, Params
from heed.guidance.names import FOLDER, LOSS_NAMES, On
from heed.training.settings import Optimisation, Optimizer, Plateau, Precision, TrainingSettings

__all__ = ["FOLDER", "LOSS_NAMES", "MapLossParams", "On", "TuningSettings", "Weights"]

if TYPE_CHECKING:
    LossName = str
else:
    LossName = Literal[LOSS_NAMES]
"""The name of a map loss: one of :data:`heed.guidance.names.LOSS_NAMES`."""

Weight = Annotated[float, Field(ge=0)]


class MapLossParams(Params):
    """A map loss.

    Attributes:
        name: one of the files of :mod:`heed.guidance.losses`.
        threshold: of ``iou``: where a cell is half active, 0..1; null for others.
        steepness: of ``iou``: of the sigmoid around the threshold; null for others.
    """

    name: LossName
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    steepness: Annotated[float, Field(gt=0)] | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What :func:`heed.guidance.catalogue.map_loss` takes beside the name."""
        return self.model_dump(exclude={"name"}, exclude_none=True)

    @model_validator(mode="after")
    def _only_iou_cuts_maps(self) -> "MapLossParams":
        for name in ("threshold", "steepness"):
            if self.name != "iou" and getattr(self, name) is not None:
                raise ValueError(f"{name} is {getattr(self, name)}; {self.name} has none: set null")
        return self


class Weights(Params):
    """How much each part of the loss counts: total = attributes x BCE + maps x map loss.

    Attributes:
        attributes: w_a, of the loss of all attributes, a mean over images and attributes.
        maps: w_g, of the map loss, a mean over the chosen maps.
    """

    attributes: Weight = 1.0
    maps: Weight = 5.0

    @model_validator(mode="after")
    def _something_counts(self) -> "Weights":
        if self.attributes == 0 and self.maps == 0:
            raise ValueError("attributes and maps are both 0; expected at least one above")
        return self


class TuningSettings(Optimisation):
    """Everything about a fine-tuning but network, images, outputs and the map loss.

    The defaults are those of Yang et al. 2019: one epoch of SGD.

    Attributes:
        weights: of the two parts of the loss.
        on: whose maps count: those of images ``with_attribute`` (its label is 1; the map of z), or
            those of all images, of the class that is ``predicted`` (the map of z or of -z).
        clip: the largest norm of a step's gradient, over all weights together; null: whatever it
            is. A map that is nearly empty has a large gradient once it is scaled.
        flip: mirror images and their regions at random while training.
    """

    epochs: Count = 1
    batch_size: Count = 256
    optimizer: Optimizer = "sgd"
    learning_rate: Annotated[float, Field(gt=0)] = 0.01
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    schedule: Literal["constant", "one_cycle"] = "constant"
    precision: Precision = "32-true"
    weights: Weights = Weights()
    on: On = "with_attribute"
    clip: Annotated[float, Field(gt=0)] | None = None
    flip: bool = False

    def optimisation(self, seed: int) -> TrainingSettings:
        """The part that :mod:`heed.training` knows.

        Args:
            seed: of everything that is drawn.
        """
        return TrainingSettings(
            **self.model_dump(include=set(Optimisation.model_fields)),
            plateau=Plateau(factor=0.1, patience=0, cooldown=0),  # no schedule of that name here
            early_stop=None,
            keep="last",
            devices=1,
            flip=self.flip,
            seed=seed,
        )
