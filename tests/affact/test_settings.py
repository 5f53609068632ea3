"""The study's parameter files: what is accepted, and what an error says."""

from pathlib import Path

import pytest
import yaml

from heed.affact.augmentation import Augmentation
from heed.affact.consistency import check_all
from heed.affact.settings import (
    WHOLE,
    AugmentationParams,
    TestSetsParams,
    augmentation_of,
    columns,
    evaluated_networks,
    load_ensembles,
    load_networks,
    with_differences,
)
from heed.base.settings import load
from heed.pipeline.setting import overrides
from tests.affact.changed_params import STUDY, changed, of_setting

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())


def test_the_studys_own_parameters_are_in_order() -> None:
    check_all(STUDY / "params.yaml")
    assert list(load_networks(STUDY / "params.yaml")) == ["aligned", "affact", "affact_ext"]


@pytest.mark.parametrize("setting", ["table_7_1", "affact_b_ub"])
def test_the_settings_fit_and_hold_only_what_differs(tmp_path: Path, setting: str) -> None:
    path = of_setting(tmp_path, setting)
    check_all(path)
    differing = yaml.safe_load((STUDY / "settings" / f"{setting}.yaml").read_text())
    needed = {*overrides(PARAMS, yaml.safe_load(path.read_text()), WHOLE)} - {"data.root"}
    superfluous = {
        key
        for key in overrides({}, differing, WHOLE)
        if not any(f"{need}.".startswith(f"{key}.") for need in needed)
    }
    # One setting also undoes what the other has put there.
    assert superfluous <= {"evaluate.networks", "test_sets.t"}
    assert all(entry.network.startswith("resnet51") for entry in evaluated_networks(path).values())


def test_colour_temperature_is_for_the_extension_and_set_t(tmp_path: Path) -> None:
    path = of_setting(tmp_path, "colour_temperature")
    check_all(path)
    shared = load(AugmentationParams, path)
    lit = {
        name: bool(own and own.temperature.enabled)
        for name, entry in load_networks(path).items()
        for own in [augmentation_of(entry, shared, f"networks.{name}", path)]
    }
    assert lit == {"aligned": False, "affact": False, "affact_ext": True}
    t = with_differences(shared, load(TestSetsParams, path).t, "test_sets.t", path)
    assert (t.temperature.enabled, t.blur.enabled) == (True, False)


def test_the_papers_setting_is_the_released_configuration(tmp_path: Path) -> None:
    """PyAffact's train/*.yml; the order is network, optimiser, batch, momentum, epochs."""
    networks = load_networks(of_setting(tmp_path, "table_7_1"))
    found = {
        name: (
            entry.network,
            entry.training.optimizer,
            entry.training.batch_size,
            entry.training.momentum,
            entry.training.epochs,
            entry.augment,
        )
        for name, entry in networks.items()
    }
    assert found == {
        "aligned": ("resnet51", "rmsprop", 64, 0.0, 10, False),
        "affact": ("resnet51", "rmsprop", 64, 0.0, 35, True),
        "affact_ext": ("resnet51_ext", "sgd", 32, 0.9, 35, True),
    }
    for entry in networks.values():
        plateau = entry.training.plateau
        assert entry.training.learning_rate == 1e-4
        assert (plateau.factor, plateau.patience, plateau.cooldown) == (0.1, 2, 1)
        assert (entry.loss, entry.weighting) == ("bce", "none")


def test_ensembles_are_the_last_columns_and_stand_for_no_published_network(tmp_path: Path) -> None:
    both = {"both": ["affact_ext", "aligned"]}
    path = changed(tmp_path, evaluate__ensembles=both)
    check_all(path)
    assert load_ensembles(path) == both
    assert list(columns(path).items()) == [
        *{"aligned": "resnet51s", "affact": "affact", "affact_ext": "affact_ext"}.items(),
        ("both", None),
    ]


def test_without_extensions_there_are_the_networks_alone(tmp_path: Path) -> None:
    path = changed(tmp_path, extensions={}, evaluate__networks=["aligned"])
    check_all(path)
    assert list(load_networks(path)) == ["aligned", "affact"]
    assert list(evaluated_networks(path)) == ["aligned"]


def test_what_differs_is_put_into_the_shared_transforms_and_nothing_else(tmp_path: Path) -> None:
    warm = {"temperature": {"enabled": True, "high": 5000}, "scale": {"std": 0}}
    path = changed(tmp_path, networks__affact__augment=warm)
    shared = load(AugmentationParams, path)
    found = {
        name: augmentation_of(entry, shared, f"networks.{name}", path)
        for name, entry in load_networks(path).items()
    }
    values = yaml.safe_load(path.read_text())["augmentation"]
    values["temperature"] |= {"enabled": True, "high": 5000}
    values["scale"]["std"] = 0
    assert found["affact"] == Augmentation.model_validate(values)
    assert found["aligned"] is None
    assert found["affact_ext"] == shared
    assert with_differences(shared, {}, "test_sets.t").model_dump() == shared.model_dump()


def test_the_papers_test_set_t_has_no_blur() -> None:
    shared = load(AugmentationParams, STUDY / "params.yaml")
    found = with_differences(shared, PARAMS["test_sets"]["t"], "test_sets.t").model_dump()
    assert shared.blur.enabled
    assert found == shared.model_dump() | {"blur": shared.blur.model_dump() | {"enabled": False}}
