"""What the parameters may be."""

import pytest

from heed.base.settings import ParamsError, validated
from heed.recognition.settings import FaceNetworkParams, FaceTrainingParams

TRAINING = {
    "side": 128, "crop": 112, "grey": 0.2, "held_out": 0.2, "epochs": 2, "batch_size": 8,
    "learning_rate": 0.005, "momentum": 0.9, "weight_decay": 0.0, "schedule": "plateau",
    "plateau": {"factor": 0.1, "patience": 2, "cooldown": 0}, "keep": "best_verification",
    "precision": "32-true", "optimizer": "sgd",
}  # fmt: skip


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"plan": "small_plain"}, "width is null; small_plain needs a whole number"),
        ({"plan": "small_plain", "width": 8}, "depth is null"),
        ({"plan": "vgg16", "width": 8}, "width is 8; vgg16 has one of its own"),
        ({"plan": "alexnet"}, "plan: found 'alexnet'"),
        ({"plan": "small_plain", "width": 2, "depth": 1}, "width: found 2"),
    ],
)
def test_networks_that_are_refused(params, said):
    with pytest.raises(ParamsError) as refused:
        validated(FaceNetworkParams, "networks.mine", params, "params.yaml")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crop": 129}, "crop is 129, and side 128; choose at most the side"),
        ({"grey": 1.5}, "grey: found 1.5"),
        ({"held_out": 0.0}, "held_out: found 0.0"),
        ({"batch_size": 1}, "batch_size: found 1"),
        ({"keep": "best_loss"}, "keep: found 'best_loss'"),
    ],
)
def test_trainings_that_are_refused(change, said):
    with pytest.raises(ParamsError) as refused:
        validated(FaceTrainingParams, "training", TRAINING | change, "params.yaml")
    assert said in str(refused.value)


def test_the_seed_goes_with_the_optimisation():
    settings = FaceTrainingParams(**TRAINING).optimisation(seed=7)
    assert (settings.seed, settings.optimizer, settings.momentum) == (7, "sgd", 0.9)
