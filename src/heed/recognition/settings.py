"""What a face-recognition network is made of, and how it is trained."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from heed.base.settings import Params, Share
from heed.training.settings import Optimisation, Plateau, TrainingSettings

Plan = Literal[
    "resnet50", "mobilenet_v2", "vgg16", "small_residual", "small_bottleneck", "small_plain"
]
"""Torchvision's networks by their names there, and a small network of the plan of each."""

SMALL: Final[tuple[Plan, ...]] = ("small_residual", "small_bottleneck", "small_plain")

Keep = Literal["best_verification", "last"]


class FaceNetworkParams(Params):
    """A network of faces.

    Attributes:
        plan: which network, by name.
        width: channels of the first layer of a small one; null for those of torchvision.
        depth: blocks (of ``small_plain``: convolutions) in each stage of a small one; likewise.
    """

    plan: Plan
    width: Annotated[int, Field(ge=4, le=128)] | None = None
    depth: Annotated[int, Field(ge=1, le=8)] | None = None

    @model_validator(mode="after")
    def _only_small_ones_have_a_size(self) -> "FaceNetworkParams":
        small = self.plan in SMALL
        for name in ("width", "depth"):
            if small and getattr(self, name) is None:
                raise ValueError(f"{name} is null; {self.plan} needs a whole number")
            if not small and getattr(self, name) is not None:
                raise ValueError(
                    f"{name} is {getattr(self, name)}; {self.plan} has one of its own: set null"
                )
        return self


class FaceTrainingParams(Optimisation):
    """How a network learns to tell persons apart.

    An epoch has as many draws as there are training images. The schedule ``plateau`` looks at the
    loss of the held-out images, and goes on from where the training is.

    Attributes:
        side: images are scaled so that their shorter side has so many pixels.
        crop: side of the square that the network sees: drawn at random from the image in training,
            its middle otherwise; at most ``side``.
        grey: share of the training images that are turned grey.
        held_out: share of each person's images that are identified and not trained on.
        batch_size: images of one step, two or more for batch normalisation.
        plateau: when the schedule of this name lowers the rate.
        keep: the weights that count: of the epoch that verifies best, or of the last one.
    """

    side: Annotated[int, Field(ge=32, le=1024)]
    crop: Annotated[int, Field(ge=32, le=1024)]
    grey: Annotated[float, Field(ge=0, le=1)]
    held_out: Share
    batch_size: Annotated[int, Field(ge=2)]
    plateau: Plateau
    keep: Keep

    @model_validator(mode="after")
    def _the_crop_lies_in_the_image(self) -> "FaceTrainingParams":
        if self.crop > self.side:
            raise ValueError(f"crop is {self.crop}, and side {self.side}; choose at most the side")
        return self

    def optimisation(self, seed: int) -> TrainingSettings:
        """The part that :mod:`heed.training` knows.

        Args:
            seed: of everything that is drawn.
        """
        return TrainingSettings(
            **self.model_dump(include=set(Optimisation.model_fields)),
            plateau=self.plateau,
            early_stop=None,
            keep="last",  # which epoch counts is this room's own affair
            devices=1,
            flip=False,
            seed=seed,
        )
