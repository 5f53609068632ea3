"""The parameter ``train``: what the trained models of the audit share."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Count, Params
from heed.training.settings import Plateau, TrainingSettings


class TrainParams(Params):
    """``train``: what the trained models share."""

    key: ClassVar[str] = "train"

    epochs: Count
    batch_size: Count
    learning_rate: Annotated[float, Field(gt=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    flip: bool
    seed: Annotated[int, Field(ge=0)]


def audit_settings(params: TrainParams) -> TrainingSettings:
    """Complete the audit's parameters: AdamW, one cycle, the last epoch, one device, 32 bits."""
    return TrainingSettings(
        **params.model_dump(),
        optimizer="adamw",
        momentum=0.0,
        schedule="one_cycle",
        plateau=Plateau(factor=0.1, patience=2, cooldown=1),
        early_stop=None,
        keep="last",
        precision="32-true",
        devices=1,
    )
