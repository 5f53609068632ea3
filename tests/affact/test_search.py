"""The search's own parameters and those that it starts from."""

from pathlib import Path
from typing import Any

import pytest

from heed.affact.consistency import check_all
from heed.affact.search import default_choice, entry_of, load_search
from heed.affact.settings import ExtensionParams, NetworkParams
from heed.base.settings import ParamsError
from tests.affact.changed_params import STUDY, changed, of_setting

START = {"start": "affact", "new_layer": "random"}


@pytest.mark.parametrize("setting", [None, "table_7_1", "affact_b_ub", "search_extension"])
def test_every_setting_can_be_searched_from(tmp_path: Path, setting: str | None) -> None:
    file = of_setting(tmp_path, setting) if setting else STUDY / "params.yaml"
    search, base = load_search(file)
    assert base.network in search.space.network
    assert (search.space.epochs.low, search.space.epochs.high) == (5, 15)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"search__base": "none"}, r"search\.base: found 'none'; expected .*affact, affact_ext"),
        ({"search__base": "affact_ext"}, r"search\.space\.network: found nano, without nano_ext"),
        ({"search__space__batch_size": [8]}, r"search\.space\.batch_size"),
        (
            {
                "search__space__network": {
                    "nano": None,
                    "nano_ext": {**START, "start": "affact_ext"},
                }
            },
            r"search\.space\.network\.nano_ext\.start: found 'affact_ext'",
        ),
        (
            {"search__space__network": {"nano": None, "resnet51_ext": START}},
            r"network\.resnet51_ext\.network is resnet51_ext, but it starts from affact",
        ),
        (
            {"search__base": "affact_ext", "search__space__network": {"nano_ext": None}},
            r"nano_ext: found None, but .* from \{'start': 'affact', 'new_layer': 'random'\}",
        ),
        (
            {
                "search__base": "affact_ext",
                "search__space__network": {"nano_ext": START, "nano": START},
                "extensions__affact_ext__dropout": 0.5,
            },
            r"extensions\.affact_ext\.dropout: found 0\.5 for nano, whose head has one layer",
        ),
    ],
)
def test_a_search_that_its_base_does_not_fit_stops_no_training(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    path = changed(tmp_path, **values)
    check_all(path)
    with pytest.raises(ParamsError, match=message):
        load_search(path)


def test_an_extension_is_trial_0_and_its_epochs_are_the_nearest(tmp_path: Path) -> None:
    search, base = load_search(of_setting(tmp_path, "search_extension"))
    choice = default_choice(search, base)
    assert base.training.epochs == 4
    assert choice == {
        "network": "nano_ext",
        "batch_size": 16,
        "optimizer": "sgd",
        "learning_rate": 0.05,
        "momentum": 0.9,
        "schedule": "plateau",
        "plateau_factor": 0.1,
        "epochs": 5,
    }


def test_a_choice_is_an_entry_of_the_kind_that_its_network_makes_it(tmp_path: Path) -> None:
    file = of_setting(tmp_path, "search_extension")
    search, base = load_search(file)
    choice = default_choice(search, base)
    extension = ExtensionParams.model_validate(entry_of(choice, search, base))
    training = base.training.model_copy(update={"epochs": 5})
    assert extension == base.model_copy(update={"published": None, "training": training})
    network = entry_of(choice | {"network": "nano"}, search, base)
    assert "start" not in network
    found = NetworkParams.model_validate(network)
    assert (found.network, found.pretrained, found.augment) == ("nano", None, base.augment)
    weights = search.space.model_copy(update={"network": {"resnet51": "weights/r.safetensors"}})
    other = search.model_copy(update={"space": weights})
    assert entry_of({"network": "resnet51"}, other, base)["pretrained"] == "weights/r.safetensors"
