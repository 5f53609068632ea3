"""Settings: what differs, and what DVC makes of it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import apply_overrides
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heed.base.settings import ParamsError
from heed.pipeline.setting import literal, overrides, value_at, with_setting

PARAMS = {"a": {"b": 1, "c": [1, 2]}, "networks": {"x": {"n": None}, "y": 2}, "text": "t"}
LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(' "\\\\')


def by_dvc(params: dict[str, Any], arguments: list[str]) -> Any:
    """What ``dvc exp run -S`` makes of a params.yaml."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "params.yaml")
        path.write_text(yaml.safe_dump(params, sort_keys=False))
        apply_overrides(path, arguments)
        return yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"a": {"b": 5}},
        {"a": {"c": []}, "text": "x y, [z]"},
        {"a": {"b": None}},
        {"networks": {"z": {"rate": 1.0e-3, "flip": True, "of": None}}},
        {"networks": {"y": 2}},
        {"networks": {}},
        {"networks.y": 5},
        {"networks.y": {"n": 1}},
        {"networks.x": {"n": None, "m": 2}, "a.b": 3},
        {"networks.x": 1},
        {"networks.x.n": 4},
    ],
)
def test_dvc_makes_the_setting_of_the_parameters(setting: dict[str, Any]) -> None:
    after = with_setting(PARAMS, setting, ["networks"])
    found = overrides(PARAMS, after, ["networks"])
    of_networks = {"networks", "networks.x", "networks.x.n", "networks.y"}
    assert set(found) <= {"a.b", "a.c", "text"} | of_networks
    assert by_dvc(PARAMS, [part for of_key in found.values() for part in of_key]) == after
    assert overrides(after, after, ["networks"]) == {}


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS))
@example("ends in \\")
@example('has \\" and \\\\" in it')
@example("{a: [1, 'b'], ~ü (1)}")
def test_any_folder_reaches_the_file_as_it_is(text: str) -> None:
    """(Of words such as NO, DVC drops the quotes; the inventory refuses them by their key.)"""
    folder = f"/{text}"
    if "${" not in folder:
        assert by_dvc({"root": "before"}, [f"root={literal(folder)}"]) == {"root": folder}


def test_what_dvc_would_replace_is_refused() -> None:
    with pytest.raises(ParamsError, match="expected a text without"):
        literal("/data/${x}")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"a": {"d": 1}}, r"a\.d: params\.yaml has no such key"),
        ({"text": {"b": 1}}, "text: found a mapping"),
        ({"a": 1}, "a: found 1; expected a mapping"),
        ({"networks.z": 1}, r"networks\.z: params\.yaml has no such key"),
        ({"networks.x.m": 1}, r"networks\.x\.m: params\.yaml has no such key"),
        ({"text.b": 1}, "text: found 't'; expected a mapping"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        with_setting(PARAMS, setting)


def test_a_key_that_is_not_there_equals_none_that_is() -> None:
    assert value_at(PARAMS, "a.b") == 1
    assert value_at(PARAMS, "a.z") not in (None, 1)


def test_a_setting_has_values_by_dotted_keys_and_nested_ones() -> None:
    setting = {"a": {"b": 1}, "networks.x.n": {"m": 2}}
    assert value_at(setting, "a.b") == 1
    assert value_at(setting, "networks.x.n") == {"m": 2}
    assert value_at(setting, ("networks", "x", "n", "m")) == 2
    assert value_at(setting, "networks") not in (None, setting)
