"""The study's parameter files: what is accepted, and what an error says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.params_file import ParamsError
from heed.studies.affact import check_all, evaluated_networks, load_networks, load_search

STUDY = Path(__file__).resolve().parents[2] / "studies/affact"
PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())


def changed(folder: Path, **values: Any) -> Path:
    """The study's parameters with some changed; keys are parts joined by ``__``."""
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    for place, value in values.items():
        *parents, name = place.split("__")
        group = params
        for parent in parents:
            group = group[parent]
        group[name] = value
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return path


def test_the_studys_own_parameters_are_in_order() -> None:
    check_all(STUDY / "params.yaml")
    load_search(STUDY / "params.yaml")
    assert list(load_networks(STUDY / "params.yaml")) == ["aligned", "affact", "affact_ext"]


@pytest.mark.parametrize("setting", ["table_7_1", "affact_b_ub"])
def test_the_settings_are_whole_parameter_files(setting: str) -> None:
    path = STUDY / "settings" / f"{setting}.yaml"
    check_all(path)
    load_search(path)
    assert set(yaml.safe_load(path.read_text())) == set(PARAMS)
    assert all(entry.network.startswith("resnet51") for entry in evaluated_networks(path).values())


def test_the_papers_setting_is_the_released_configuration() -> None:
    """PyAffact's train/*.yml; the order is network, optimiser, batch, momentum, epochs."""
    networks = load_networks(STUDY / "settings/table_7_1.yaml")
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


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"augmentation__angle__std": -1.0}, r"augmentation\.angle\.std: found -1\.0"),
        ({"augmentation__temperature__low": 999}, "999"),
        ({"networks__affact__augment": 3}, r"networks\.affact\.augment: found 3"),
        ({"networks__affact__training__momentum": 1.0}, r"training\.momentum: found 1\.0"),
        ({"networks__affact__published": "affact_x"}, r"published: found 'affact_x'"),
        ({"evaluate__networks": ["affact", "other"]}, r"evaluate\.networks: found 'other'"),
        ({"extensions__affact_ext__start": "none"}, r"affact_ext\.start: found 'none'"),
        ({"extensions__affact_ext__start": "affact_ext"}, "expected a name of networks"),
        ({"extensions__affact_ext__network": "resnet51_ext"}, "expected nano_ext"),
        ({"extensions__affact_ext__pretrained": "x"}, "pretrained: found 'x'"),
        ({"extensions": {"affact": PARAMS["extensions"]["affact_ext"]}}, "found affact in net"),
        ({"test_sets__ten_crop_size": 200}, "200, smaller than the crops of 224 pixels"),
        ({"data__root": "elsewhere"}, r"data\.source is synthetic and data\.root is elsewhere"),
        ({"detct": {"scale": 2}}, "found the key detct; expected data, "),
        ({"search__sampler": "magic"}, r"search\.sampler: found 'magic'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, **values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"search__base": "none"}, r"networks\.none is missing"),
        ({"search__space__epochs__high": 9}, r"search\.space\.epochs"),
    ],
)
def test_a_search_that_its_base_does_not_fit_stops_no_training(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    path = changed(tmp_path, **values)
    check_all(path)
    with pytest.raises(ParamsError, match=message):
        load_search(path)


def test_without_extensions_there_are_the_networks_alone(tmp_path: Path) -> None:
    path = changed(tmp_path, extensions={}, evaluate__networks=["aligned"])
    check_all(path)
    assert list(load_networks(path)) == ["aligned", "affact"]
    assert list(evaluated_networks(path)) == ["aligned"]
