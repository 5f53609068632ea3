"""The parameter ``train``: what the trained models of the audit share, and where one differs."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from heed.base.settings import Count, Params
from heed.training.settings import HeadStart

Rate: TypeAlias = Annotated[float, Field(gt=0)]
Decay: TypeAlias = Annotated[float, Field(ge=0)]
Seed: TypeAlias = Annotated[int, Field(ge=0)]


class OwnTraining(Params):
    """``models.<name>.train``: a model's own values of ``train``; None takes those of the group.

    Attributes: those of :class:`TrainParams`.
    """

    epochs: Count | None = None
    batch_size: Count | None = None
    learning_rate: Rate | None = None
    weight_decay: Decay | None = None
    flip: bool | None = None
    head_start: HeadStart | None = None
    seed: Seed | None = None


class TrainParams(Params):
    """``train``: what the trained models share.

    Attributes:
        epochs: how many there will be.
        batch_size: images of one step.
        learning_rate: the peak of the one-cycle schedule.
        weight_decay: of AdamW.
        flip: mirror images at random.
        head_start: ``random``, or ``prior``: with the best answer to a face that was not looked at
            (:func:`heed.training.prior.prior_logits`).
        seed: of everything that is drawn: weights, order, flips.
    """

    key: ClassVar[str] = "train"

    epochs: Count
    batch_size: Count
    learning_rate: Rate
    weight_decay: Decay
    flip: bool
    head_start: HeadStart = "random"
    seed: Seed

    def of_model(self, own: OwnTraining | None) -> "TrainParams":
        """What one model is trained with: its own values, and the group's where it has none.

        Example:
            >>> group = TrainParams(
            ...     epochs=4, batch_size=16, learning_rate=2e-3, weight_decay=0, flip=True, seed=0
            ... )
            >>> group.of_model(OwnTraining(seed=3)).seed
            3
        """
        return self if own is None else self.model_copy(update=own.model_dump(exclude_none=True))
