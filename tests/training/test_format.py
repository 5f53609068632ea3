"""What a training does belongs to the version that fingerprints hold.

The curves of two tiny trainings, written down. Where they differ by more than the rounding of
another machine, a training takes another course for the same parameters, and interrupted ones must
not go on with it.
"""

import numpy as np
import pytest
import torch
from torch import nn

from heed.training.crops import LabelledCrops
from heed.training.fingerprint import FORMAT
from heed.training.settings import Plateau, TrainingSettings
from heed.training.trainer import train

SETTINGS = TrainingSettings(
    epochs=4,
    batch_size=8,
    optimizer="sgd",
    learning_rate=1.0,
    momentum=0.9,
    weight_decay=0.01,
    schedule="plateau",
    plateau=Plateau(factor=0.5, patience=0, cooldown=0),
    early_stop=None,
    keep="best_loss",
    precision="32-true",
    devices=1,
    flip=True,
    seed=3,
)
ADAM = {"optimizer": "adamw", "learning_rate": 0.05, "schedule": "one_cycle", "keep": "last"}

PINNED = 2
"""The format whose curves these are."""
CURVES = {  # loss and validation loss of each epoch
    "plateau": [
        (0.454308, 0.404952),
        (0.506919, 0.561131),
        (0.432864, 0.461711),
        (0.432066, 0.423796),
    ],
    "one_cycle": [
        (0.691884, 0.554645),
        (0.66272, 0.56151),
        (0.582629, 0.586312),
        (0.583224, 0.575284),
    ],
}


def crops(count: int, seed: int) -> LabelledCrops:
    generator = np.random.default_rng(seed)
    labels = np.where(generator.random((count, 5)) < 0.3, 1, -1)
    return LabelledCrops(generator.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), labels)


def losses(folder, loss, weighting, changes) -> list[tuple[float, float]]:
    settings = TrainingSettings.model_validate(SETTINGS.model_dump() | changes)
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.BatchNorm1d(48), nn.Dropout(0.2), nn.Linear(48, 5)
    )
    points = train(
        network,
        crops(43, 0),
        crops(11, 1),
        loss=loss,
        weighting=weighting,
        settings=settings,
        folder=folder,
    )
    return [(point["train/loss"], point["validation/loss"]) for point in points]


CASES = {"plateau": ("bce", "moon_sampling", {}), "one_cycle": ("mse", "moon_expectation", ADAM)}


@pytest.mark.parametrize("name", list(CASES))
def test_a_training_takes_the_course_of_its_format(tmp_path, name) -> None:
    found = losses(tmp_path, *CASES[name])
    assert FORMAT == PINNED, "the curves below are those of another format: write the new ones down"
    np.testing.assert_allclose(
        found,
        CURVES[name],
        rtol=2e-3,
        err_msg="a training takes another course: raise heed.training.fingerprint.FORMAT, and "
        "write the new curves down here",
    )
