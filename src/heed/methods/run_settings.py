"""The parameters of the study's networks: ``base``, and the ``levels`` that differ from it."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from heed.base.settings import Count, Params, load, load_entries, load_entry, validated
from heed.small_networks.settings import SmallNetwork
from heed.training.settings import Loss, Optimisation, Plateau, TrainingSettings, Weighting

Augmentation = Literal["none", "flip", "jitter"]
"""How training images are changed at random: not at all, mirrored, or mirrored, moved and lit."""


class RunParams(Optimisation):
    """``base``: a network and its training, which the levels of each factor differ from.

    Attributes:
        network: ``small``, of the family of :mod:`heed.small_networks`, or a ResNet of torchvision.
        pretrained: file of the ImageNet weights that a ResNet starts from, or None.
        depth: see :class:`heed.small_networks.settings.SmallNetwork`; of ``small`` alone.
        batch_norm: likewise.
        stride: likewise.
        width: likewise.
        dropout: share of the pooled features that a training step sets to 0; of any network.
        loss: of an element.
        weighting: how the classes are balanced.
        positives: share of the training images of the positive class that are used.
        label_noise: share of the training labels that are turned around.
        augmentation: of the training images.
        keep_every: epochs after which the weights are kept as well, for curves along the training.
    """

    key: ClassVar[str] = "base"

    network: Literal["small", "resnet18", "resnet34", "resnet50"]
    pretrained: str | None
    depth: Annotated[int, Field(ge=1, le=16)]
    batch_norm: bool
    stride: Literal[8, 16, 32]
    width: Annotated[int, Field(ge=4, le=256)]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    loss: Loss
    weighting: Weighting
    positives: Annotated[float, Field(gt=0, le=1)]
    label_noise: Annotated[float, Field(ge=0, lt=0.5)]
    augmentation: Augmentation
    keep_every: Count | None

    @property
    def small(self) -> SmallNetwork:
        """What a ``small`` network is made of."""
        return SmallNetwork(
            depth=self.depth,
            batch_norm=self.batch_norm,
            dropout=self.dropout,
            stride=self.stride,
            width=self.width,
        )

    def training(self, seed: int) -> TrainingSettings:
        """How it is trained.

        Args:
            seed: of everything that is drawn.
        """
        return TrainingSettings(
            **self.model_dump(include=set(Optimisation.model_fields)),
            plateau=Plateau(factor=0.1, patience=2, cooldown=1),
            early_stop=None,
            keep="last",
            keep_every=self.keep_every,
            devices="auto",
            flip=False,  # the images' own augmentation does it
            seed=seed,
        )


class LevelParams(Params):
    """``levels.<name>``: one level of one factor.

    Attributes:
        factor: what is varied, in words.
        level: to which value, in words.
        changes: keys of ``base`` with the values that are others.
    """

    key: ClassVar[str] = "levels"

    factor: str
    level: str
    changes: dict[str, Any]


def load_levels(path: str | os.PathLike[str] = "params.yaml") -> dict[str, LevelParams]:
    """Read ``levels``, in the order of the file.

    Raises:
        ParamsError: for a value that is missing or out of range.
    """
    return load_entries(LevelParams, path)


def load_level(name: str, path: str | os.PathLike[str] = "params.yaml") -> LevelParams:
    """Read one entry of ``levels``."""
    return load_entry(LevelParams, name, path)


def load_run(name: str, path: str | os.PathLike[str] = "params.yaml") -> RunParams:
    """The network and training of a level: ``base`` with what differs from it.

    Raises:
        ParamsError: for a change of what ``base`` does not have, or a value out of range.
    """
    changes = load_level(name, path).changes
    return with_changes(load(RunParams, path), changes, f"levels.{name}.changes", path)


def with_changes(
    base: RunParams,
    changes: Mapping[str, Any],
    key: str,
    path: str | os.PathLike[str] = "params.yaml",
) -> RunParams:
    """A run that differs from another.

    Args:
        base: the other.
        changes: its keys, with the values that are others.
        key: where the file has these, for messages.
        path: the parameter file, for messages.

    Raises:
        ParamsError: as :func:`load_run`.
    """
    return validated(RunParams, key, {**base.model_dump(), **changes}, path)
