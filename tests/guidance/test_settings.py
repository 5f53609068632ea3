"""What a fine-tuning is told, and what it refuses."""

import pytest
from pydantic import ValidationError

from heed.guidance.catalogue import LOSSES, map_loss
from heed.guidance.settings import LOSS_NAMES, MapLossParams, TuningSettings, Weights


def test_the_defaults_are_those_of_the_paper() -> None:
    settings = TuningSettings()
    assert (settings.epochs, settings.batch_size) == (1, 256)
    assert (settings.optimizer, settings.learning_rate, settings.momentum) == ("sgd", 0.01, 0.9)
    assert settings.weights == Weights(attributes=1.0, maps=5.0)
    assert settings.optimisation(7).seed == 7


def test_every_loss_has_its_parameters_in_the_settings() -> None:
    assert tuple(LOSSES) == LOSS_NAMES
    for name in LOSSES:
        assert map_loss(name, **MapLossParams(name=name).options) == map_loss(name)
    steep = MapLossParams(name="iou", steepness=30.0)
    assert map_loss(steep.name, **steep.options).steepness == 30.0


@pytest.mark.parametrize(
    ("kind", "told", "message"),
    [
        (MapLossParams, {"name": "dice"}, "centre"),
        (MapLossParams, {"name": "energy", "steepness": 3.0}, "energy has none"),
        (MapLossParams, {"name": "iou", "steepness": 0.0}, "greater than 0"),
        (Weights, {"attributes": 0.0, "maps": 0.0}, "both 0"),
        (Weights, {"maps": -1.0}, "greater than or equal to 0"),
        (TuningSettings, {"schedule": "plateau"}, "constant"),
        (TuningSettings, {"on": "all"}, "predicted"),
        (TuningSettings, {"clip": 0.0}, "greater than 0"),
    ],
)
def test_what_does_not_fit_is_refused(kind, told, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        kind(**told)
