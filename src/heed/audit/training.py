"""What the audit's trainings have in common beside the parameter ``train``."""

from heed.audit.training_settings import TrainParams
from heed.training.settings import Plateau, TrainingSettings


def audit_settings(params: TrainParams) -> TrainingSettings:
    """Complete the audit's parameters: AdamW, one cycle, the last epoch, one device, 32 bits.

    Where the head starts is no setting of the training: it is in the network's first weights.
    """
    return TrainingSettings(
        **params.model_dump(exclude={"head_start"}),
        optimizer="adamw",
        momentum=0.0,
        schedule="one_cycle",
        plateau=Plateau(factor=0.1, patience=2, cooldown=1),
        early_stop=None,
        keep="last",
        precision="32-true",
        devices=1,
    )
