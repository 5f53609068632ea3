"""Optimisers and the schedules of their rate that step with every batch."""

from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from heed.training.settings import TrainingSettings


def optimizer_for(network: nn.Module, settings: TrainingSettings) -> Optimizer:
    """Set up the optimiser of the parameters that require a gradient.

    Weight decay is for matrices and kernels only: pulling biases and the
    scales of batch normalisation to 0 does not regularise.

    Args:
        network: whose parameters are trained.
        settings: optimizer, learning_rate, momentum and weight_decay.
    """
    parameters = [p for p in network.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.ndim > 1]},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=rate, weight_decay=decay)
    if settings.optimizer == "adam":
        return torch.optim.Adam(groups, lr=rate, weight_decay=decay)
    kind = torch.optim.SGD if settings.optimizer == "sgd" else torch.optim.RMSprop
    return kind(groups, lr=rate, weight_decay=decay, momentum=settings.momentum)


def one_cycle(optimizer: Optimizer, settings: TrainingSettings, steps: int) -> OneCycleLR:
    """Set up a rate that rises to its peak and falls, once (Smith & Topin 2018).

    Adam's first average follows it the other way round, from 0.95 down to 0.85 and
    back; the momentum of SGD and RMSprop stays as it was set.

    Args:
        optimizer: whose rate it sets, from now on and after each step.
        settings: optimizer and learning_rate, the peak.
        steps: of the whole training.
    """
    return OneCycleLR(
        optimizer,
        max_lr=settings.learning_rate,
        total_steps=steps,
        cycle_momentum=settings.optimizer in ("adam", "adamw"),
    )
