import math

import optuna
import pytest
from optuna.samplers import RandomSampler
from optuna.trial import FixedTrial
from pydantic import ValidationError
from scipy import stats

from heed.base.settings import ParamsError
from heed.search.space import PARAMETERS, Space, Start, choice_of, settings_of, suggest
from heed.training.settings import Plateau, TrainingSettings

SETTINGS = TrainingSettings(
    epochs=3,
    batch_size=16,
    optimizer="sgd",
    learning_rate=1e-3,
    momentum=0.9,
    weight_decay=0.5,
    schedule="plateau",
    plateau=Plateau(factor=0.1, patience=7, cooldown=1),
    early_stop=5,
    keep="best_loss",
    precision="32-true",
    devices="auto",
    flip=False,
    seed=11,
)


def test_choices_cover_the_space_as_it_is_described(make_params) -> None:
    space = make_params().space
    study = optuna.create_study(sampler=RandomSampler(0))
    choices = []
    for _ in range(400):
        trial = study.ask()
        choices.append(suggest(trial, space))
        assert choices[-1] == trial.params
        study.tell(trial, 0.0)
    for choice in choices:
        assert ("momentum" in choice) == (choice["optimizer"] in ("sgd", "rmsprop"))
        assert ("plateau_factor" in choice) == (choice["schedule"] == "plateau")
        assert list(choice) == [name for name in PARAMETERS if name in choice]
    for name in ("network", "batch_size", "optimizer", "schedule"):
        assert {choice[name] for choice in choices} == set(getattr(space, name))
    assert {choice["epochs"] for choice in choices} == {2, 3, 4}
    rates = [math.log10(choice["learning_rate"]) for choice in choices]
    assert stats.kstest(rates, stats.uniform(-5, 5).cdf).pvalue > 0.01
    momenta = [choice["momentum"] for choice in choices if "momentum" in choice]
    assert stats.kstest(momenta, stats.uniform(0, 0.99).cdf).pvalue > 0.01
    factors = [choice["plateau_factor"] for choice in choices if "plateau_factor" in choice]
    assert stats.kstest(factors, stats.uniform(0.01, 0.49).cdf).pvalue > 0.01


def test_a_setting_is_the_choice_that_gives_it_again(make_params, default) -> None:
    space = make_params().space
    choice = choice_of("nano", None, SETTINGS, space)
    assert choice == default
    assert suggest(FixedTrial(choice), space) == choice
    assert settings_of(choice, SETTINGS) == SETTINGS


def test_what_is_not_searched_is_the_bases(default) -> None:
    other = {**default, "optimizer": "rmsprop", "epochs": 2, "plateau_factor": 0.4, "momentum": 0}
    assert settings_of(other, SETTINGS) == SETTINGS.model_copy(
        update={
            "optimizer": "rmsprop",
            "epochs": 2,
            "momentum": 0.0,
            "plateau": Plateau(factor=0.4, patience=7, cooldown=1),
        }
    )


def test_values_that_do_not_apply_are_no_part_of_a_choice(make_params) -> None:
    settings = SETTINGS.model_copy(update={"optimizer": "adam", "schedule": "constant"})
    choice = choice_of("nano", None, settings, make_params().space)
    assert choice == {
        "network": "nano",
        "batch_size": 16,
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "schedule": "constant",
        "epochs": 3,
    }


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"batch_size": 64}, "batch_size: found 8, 16, 32, without 64"),
        ({"learning_rate": 2.0}, "learning_rate: found 1e-05 to 1.0, without 2.0"),
        ({"optimizer": "adamw"}, "optimizer: found sgd, adam, rmsprop, without adamw"),
        ({"momentum": 0.995}, "momentum: found 0.0 to 0.99, without 0.995"),
    ],
)
def test_a_default_outside_the_space_is_refused(make_params, change, key) -> None:
    with pytest.raises(ParamsError, match=rf"search\.space\.{key}"):
        choice_of("nano", None, SETTINGS.model_copy(update=change), make_params().space)


@pytest.mark.parametrize(("epochs", "nearest"), [(1, 2), (2, 2), (3, 3), (35, 4)])
def test_epochs_become_the_nearest_of_the_space(make_params, epochs, nearest) -> None:
    settings = SETTINGS.model_copy(update={"epochs": epochs})
    assert choice_of("nano", None, settings, make_params().space)["epochs"] == nearest


def test_a_default_that_starts_from_trained_weights_fits_these_alone(space_values) -> None:
    start = {"start": "affact", "new_layer": "identity"}
    space = Space.model_validate(space_values | {"network": {"nano": None, "nano_ext": start}})
    assert space.network["nano_ext"] == Start.model_validate(start)
    assert choice_of("nano_ext", Start.model_validate(start), SETTINGS, space)
    for other in (None, Start(start="affact", new_layer="random")):
        with pytest.raises(ParamsError, match=r"network\.nano_ext: found \{'start': 'affact'"):
            choice_of("nano_ext", other, SETTINGS, space)


def test_a_default_that_starts_from_other_weights_is_refused(make_params) -> None:
    space = make_params().space
    with pytest.raises(ParamsError, match=r"network\.resnet51: found 'weights/resnet50"):
        choice_of("resnet51", None, SETTINGS, space)
    assert choice_of("resnet51", "weights/resnet50.safetensors", SETTINGS, space)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", {"low": 0.0, "high": 1.0}),
        ("learning_rate", {"low": 1.0, "high": 0.1}),
        ("momentum", {"low": 0.0, "high": 1.0}),
        ("plateau_factor", {"low": 0.0, "high": 0.5}),
        ("epochs", {"low": 0, "high": 5}),
        ("batch_size", [8, 8]),
        ("batch_size", []),
        ("optimizer", ["lion"]),
        ("network", {}),
        ("network", {"alexnet": None}),
        ("network", {"nano_ext": {"start": "affact", "new_layer": "zero"}}),
        ("network", {"nano_ext": {"start": "affact"}}),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(space_values, name, value) -> None:
    Space.model_validate(space_values)
    with pytest.raises(ValidationError, match=name):
        Space.model_validate(space_values | {name: value})
