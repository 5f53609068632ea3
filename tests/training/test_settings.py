import pytest
from pydantic import ValidationError

from heed.audit.training import audit_settings
from heed.audit.training_settings import TrainParams
from heed.training.settings import TrainingSettings

SETTINGS = {
    "epochs": 35,
    "batch_size": 64,
    "optimizer": "rmsprop",
    "learning_rate": 1e-4,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "schedule": "plateau",
    "plateau": {"factor": 0.1, "patience": 2, "cooldown": 1},
    "early_stop": None,
    "keep": "best_loss",
    "keep_every": None,
    "precision": "16-mixed",
    "devices": "auto",
    "flip": False,
    "seed": 0,
}


def test_what_is_written_is_what_is_read():
    assert TrainingSettings.model_validate(SETTINGS).model_dump() == SETTINGS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("learning_rate", 0),
        ("momentum", 1.0),
        ("weight_decay", -0.1),
        ("optimizer", "lamb"),
        ("schedule", "cosine"),
        ("early_stop", 0),
        ("keep", "first"),
        ("keep", "best"),
        ("keep_every", 0),
        ("precision", "16-true"),
        ("devices", 0),
        ("devices", True),
        ("devices", "gpu"),
        ("plateau", {"factor": 1.0, "patience": 2, "cooldown": 1}),
        ("plateau", {"factor": 0.1, "patience": -1, "cooldown": 1}),
        ("plateau", {"factor": 0.1, "patience": 2}),
        ("warmup", 3),
    ],
)
def test_what_cannot_be_trained_with_is_refused(name, value):
    with pytest.raises(ValidationError, match=name):
        TrainingSettings.model_validate(SETTINGS | {name: value})


def test_the_audit_trains_as_it_always_did():
    params = TrainParams(
        epochs=3, batch_size=8, learning_rate=0.1, weight_decay=0.2, flip=True, seed=4
    )
    settings = audit_settings(params)
    shared = params.model_dump(exclude={"head_start"})  # which is in the network's first weights
    assert shared.items() <= settings.model_dump().items()
    assert (settings.optimizer, settings.schedule, settings.keep) == ("adamw", "one_cycle", "last")
    assert (settings.early_stop, settings.devices, settings.precision) == (None, 1, "32-true")
