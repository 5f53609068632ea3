from typing import Any

import optuna
import pytest
from optuna.trial import FixedTrial, FrozenTrial, TrialState

from heed.search.space import SearchParams, suggest

SPACE = {
    "network": {"nano": None, "resnet51": "weights/resnet50.safetensors"},
    "batch_size": [8, 16, 32],
    "optimizer": ["sgd", "adam", "rmsprop"],
    "learning_rate": {"low": 1e-5, "high": 1.0},
    "momentum": {"low": 0.0, "high": 0.99},
    "schedule": ["plateau", "constant"],
    "plateau_factor": {"low": 0.01, "high": 0.5},
    "epochs": {"low": 2, "high": 4},
}

DEFAULT = {
    "network": "nano",
    "batch_size": 16,
    "optimizer": "sgd",
    "learning_rate": 1e-3,
    "momentum": 0.9,
    "schedule": "plateau",
    "plateau_factor": 0.1,
    "epochs": 3,
}


def search_params(**changes: Any) -> SearchParams:
    values = {
        "base": "affact",
        "faces": None,
        "validation_faces": None,
        "trials": 8,
        "sampler": "tpe",
        "startup": 3,
        "pruner": "none",
        "warmup": 1,
        "workers": 1,
        "seed": 0,
        "space": SPACE,
    }
    return SearchParams.model_validate(values | changes)


def trial_of(
    choice: dict[str, Any],
    params: SearchParams,
    state: TrialState,
    error: float,
    epochs: dict[int, float],
    notes: dict[str, Any] | None = None,
) -> FrozenTrial:
    """A trial that has ended."""
    fixed = FixedTrial(choice)
    suggest(fixed, params.space)
    return optuna.create_trial(
        state=state,
        value=error,
        params=fixed.params,
        distributions=fixed.distributions,
        intermediate_values=epochs,
        user_attrs=notes,
    )


@pytest.fixture
def make_params():
    return search_params


@pytest.fixture
def space_values() -> dict[str, Any]:
    return dict(SPACE)


@pytest.fixture
def default() -> dict[str, Any]:
    return dict(DEFAULT)


@pytest.fixture(autouse=True)
def quiet_optuna():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    yield
    optuna.logging.set_verbosity(before)
