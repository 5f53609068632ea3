"""The parameter file: what is accepted, and what an error says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.consistency import check_all
from heed.params import CropParams, load_models, printable
from heed.params_file import ParamsError, load

ROOT = Path(__file__).resolve().parents[1]


def changed(folder: Path, **values: Any) -> Path:
    """The project's parameters with some changed; keys are ``<key>__<name>``."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    for place, value in values.items():
        key, _, name = place.partition("__")
        if name:
            params[key][name] = value
        else:
            params[key] = value
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params))
    return path


def test_the_projects_own_parameters_are_in_order(tmp_path: Path) -> None:
    check_all(ROOT / "params.yaml")
    assert list(load_models(ROOT / "params.yaml")) == ["balanced", "unbalanced"]
    assert printable(ROOT / "params.yaml")["crop"] == {"size": 224, "scale": 5.5}
    assert load(CropParams, changed(tmp_path, crop__size=448)).size == 448


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"crop__size": 225}, r"crop\.size: found 225: .*multiple of 32"),
        ({"crop__size": 32}, r"crop\.size: found 32; .* one cell, .* Choose 64 or more"),
        ({"crop__sise": 224}, r"crop\.sise: found 224"),
        ({"crop__scale": float("inf")}, r"crop\.scale: found inf"),
        ({"mask__version": 4}, r"mask\.version: found 4"),
        ({"mask__version": True}, r"version is true, which is not one of its values"),
        ({"train__seed": True}, r"seed is true"),
        ({"infer__methods": ["gradcam", "gradcam"]}, "a method is listed twice"),
        ({"scor": {"threshold": 0}}, "found the key scor; expected data, "),
        ({"models": {}}, "models: found {}; expected a mapping"),
        ({"models": {"v1.5": {}}}, r"found the name 'v1\.5'"),
        ({"models": {"a b": {}}}, "found the name 'a b'"),
        ({"models": {2024: {}}}, "found the name 2024"),
        ({"models": {"a": {"network": "nano"}}}, r"models\.a\.weights: .*Field required"),
        ({"data__root": "elsewhere"}, r"data\.source is synthetic and data\.root is elsewhere"),
        ({"data__source": "celeba"}, r"data\.source is celeba and data\.root is data/synthetic"),
        (
            {"data__source": "celeba", "data__root": "x", "mask__version": "evidence"},
            "only drawn faces of the partition test have",
        ),
        (
            {"frontal__partition": "train", "mask__version": "evidence"},
            "partition is train|train: choose",
        ),
        ({"face_figures__target_attributes": ["Hat"] * 4}, r"target_attributes\.0: found 'Hat'"),
        ({"infer__methods": ["hirescam"]}, r"cam\.method is gradcam, but infer\.methods keeps"),
        ({"crop__scale": 8.0}, r"crop\.scale is 8, but the masks of version 2"),
        ({"crop__size": 448, "landmarks__method": "shift"}, r"landmarks\.method shift is for"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, **values))


def test_masks_that_follow_the_face_go_with_any_scale(tmp_path: Path) -> None:
    check_all(changed(tmp_path, crop__scale=8.0, mask__version=3))


def test_a_missing_file_and_a_missing_key_are_named(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="no such file"):
        load(CropParams, tmp_path / "params.yaml")
    (tmp_path / "params.yaml").write_text("data: 1")
    with pytest.raises(ParamsError, match="the key crop is missing; it holds size, scale"):
        load(CropParams, tmp_path / "params.yaml")
