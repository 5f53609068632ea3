"""The study's parameter files: what is accepted, and what an error says."""

from pathlib import Path

import pytest
import yaml

from heed.affact.consistency import check_all
from heed.affact.settings import (
    WHOLE,
    columns,
    evaluated_networks,
    load_ensembles,
    load_networks,
)
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
    # One setting also undoes what the other has put there.
    assert set(overrides({}, differing, WHOLE)) - needed <= {"evaluate.networks"}
    assert all(entry.network.startswith("resnet51") for entry in evaluated_networks(path).values())


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
