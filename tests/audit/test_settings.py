"""The parameter file: what is accepted, and what an error says."""

from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml

from heed.audit.consistency import check_all
from heed.audit.models import load_model, load_models
from heed.audit.settings import printable
from heed.audit.training_settings import OwnTraining, TrainParams
from heed.base.settings import ParamsError, load
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
from tests.places import ROOT


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
    assert printable(ROOT / "params.yaml")["crop"] == {
        "size": 224,
        "scale": 5.5,
        "fill": "nearest",
        "rounding": "nearest",
        "reduced_decoding": True,
    }
    assert load(CropParams, changed(tmp_path, crop__size=448)).size == 448


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"crop__size": 225}, r"crop\.size: found 225: .*multiple of 32"),
        ({"crop__size": 32}, r"crop\.size: found 32; .* one cell, .* Choose 64 or more"),
        ({"crop__size": 64}, r"causal\.cells: found 5; .* size 64 have 4 cells, .* fewer than 4"),
        (
            {"aggregate__least_faces": 901},
            r"aggregate\.least_faces: found 901, but 900 faces are audited, .* choose 900 at most",
        ),
        ({"crossed__attributes": []}, r"crossed\.attributes: .*expected at least one attribute"),
        ({"score__filled": "drop"}, r"score\.filled: found 'drop'|score\.filled: found drop"),
        ({"crop__sise": 224}, r"crop\.sise: found 224"),
        ({"crop__scale": float("inf")}, r"crop\.scale: found inf"),
        ({"mask__version": 99}, r"mask\.version: found 99"),
        ({"mask__version": True}, r"version is true, which is not one of its values"),
        ({"train__seed": True}, r"seed is true"),
        ({"infer__methods": ["gradcam", "gradcam"]}, "a method is listed twice"),
        ({"infer__device": "gpu"}, r"infer\.device: found 'gpu'"),
        ({"infer__device": "cuda:"}, r"infer\.device: found 'cuda:'"),
        ({"infer__precision": "float64"}, r"infer\.precision: found 'float64'"),
        ({"infer__batch_size": "all"}, r"infer\.batch_size.*: found 'all'"),
        ({"infer__batch_size": 0}, r"infer\.batch_size.*: found 0"),
        ({"infer__memory": 0}, r"infer\.memory: found 0"),
        ({"scor": {"threshold": 0}}, "found the key scor; expected data, "),
        ({"models": {}}, "models: found {}; expected a mapping"),
        ({"models": {"v1.5": {}}}, r"found the name 'v1\.5'"),
        ({"models": {"a b": {}}}, "found the name 'a b'"),
        ({"models": {2024: {}}}, "found the name 2024"),
        ({"models": {"face": {}}}, r"models\.face: .*calls the average face; choose another"),
        ({"models": {"Null": {}}}, r"models\.Null: .*missing value in the tables; choose another"),
        ({"models": {"true": {}}}, r"models\.true: .*truth value in the tables"),
        ({"models": {"on": {}}}, r"models\.on: .*true or false once DVC has dropped its quotes"),
        ({"models": {"error": {}}}, r"models\.error: .*DVC takes for a failure"),
        ({"models": {"a_minus_b": {}}}, r"a_minus_b, which stands between two names"),
        ({"models": {"b": {}, "B": {}}}, r"models\.(b: found it beside B|B: found it beside b);"),
        ({"models": {"x" * 65: {}}}, "64 at most"),
        ({"models": {"a": {"network": "nano"}}}, r"models\.a\.weights: .*Field required"),
        ({"data__root": "elsewhere"}, r"data\.source is synthetic and data\.root is elsewhere"),
        (
            {"data__source": "celeba"},
            r"data\.root is data/synthetic, where the pipeline draws its faces: move your data set",
        ),
        (
            {"data__root": str(ROOT / "data/synthetic")},
            r"data\.source is synthetic .*; write data/synthetic, which is the same folder",
        ),
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
        ({"data__missing": "ignore"}, r"data\.missing: found 'ignore'"),
        ({"crop__size": 1056}, r"crop\.size: found 1056: .*expected 1024 at most"),
        ({"data__landmark_size": "178x218"}, r"data\.source is synthetic and data\.landmark_size"),
        (
            {
                **{"data__source": "celeba", "data__root": "x", "data__landmark_size": "178x218"},
                "landmarks__method": "shift",
            },
            r"landmarks\.method shift is for .*data\.landmark_size scales: use alignment",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, **values))


@pytest.mark.parametrize(
    "written",
    ["178", 178, [178], [178, 218, 3], "0x218", [178.5, 218], [True, 218], True, {}, [], 1.5],
)
def test_what_is_no_width_and_height_is_one_message(tmp_path: Path, written: Any) -> None:
    path = changed(tmp_path, data__landmark_size=written)
    with pytest.raises(ParamsError) as caught:
        load(DataParams, path)
    message = str(caught.value)
    assert message.startswith(f"{path}: data")
    assert "landmark_size" in message
    assert "\n" not in message
    if written is not True:
        assert f"data.landmark_size: found {written!r}: " in message
        assert message.endswith("expected width x height in pixels, such as 178x218, or null")


def test_a_missing_key_is_named_alone(tmp_path: Path) -> None:
    path = changed(tmp_path, models={"a": {**TRAINED, "weights": "train"}})
    with pytest.raises(ParamsError) as caught:
        load_model("a", path)
    assert str(caught.value) == f"{path}: models.a.weighting: Field required"


@pytest.mark.parametrize("written", ["178x218", "178 X 218", "178×218", [178, 218]])
def test_width_and_height_of_the_landmarks(tmp_path: Path, written: Any) -> None:
    values = {"data__source": "celeba", "data__root": "x", "data__landmark_size": written}
    path = changed(tmp_path, **values)
    check_all(path)
    assert load(DataParams, path).landmark_size == (178, 218)
    assert printable(path)["data"]["landmark_size"] == "178x218"


@pytest.mark.parametrize("folder", ["..", "data", ".", str(ROOT.parent), "data/celeba"])
def test_a_data_set_around_the_project_is_legitimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(ROOT)
    check_all(changed(tmp_path, data__source="celeba", data__root=folder))


@pytest.mark.parametrize("folder", ["data/masks/x", "data/synthetic/inner", "./data/synthetic/"])
def test_a_data_set_in_an_output_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(ROOT)
    path = changed(tmp_path, data__source="celeba", data__root=folder)
    with pytest.raises(ParamsError, match=r"data\.root.* a (place|folder) of your"):
        check_all(path)


def test_older_parameter_files_lack_the_newer_keys(tmp_path: Path) -> None:
    data = yaml.safe_load((ROOT / "params.yaml").read_text())["data"]
    assert (data.pop("missing"), data.pop("landmark_size")) == ("stop", None)
    path = changed(tmp_path, data=data)
    check_all(path)
    assert (load(DataParams, path).missing, load(DataParams, path).landmark_size) == ("stop", None)


def test_masks_that_follow_the_face_go_with_any_scale(tmp_path: Path) -> None:
    check_all(changed(tmp_path, crop__scale=8.0, mask__version=3))


GIVEN = {"network": "nano", "weights": "weights/x.safetensors"}
TRAINED = {"network": "nano", "weights": "train", "pretrained": None, "loss": "bce"}


def test_given_weights_need_no_word_on_training(tmp_path: Path) -> None:
    path = changed(tmp_path, models={"a": GIVEN, "b": {**GIVEN, "loss": "mse"}})
    check_all(path)
    model = load_model("a", path)
    assert (model.pretrained, model.loss, model.weighting, model.trained) == (None,) * 3 + (False,)
    shown = printable(path)
    assert shown["models.a"] == GIVEN
    assert shown["models.b"] == {**GIVEN, "loss": "mse"}


OTHER: dict[str, Any] = {"network": "python:mine.nets:make", "weights": "own"}


def test_networks_that_are_not_heeds_own(tmp_path: Path) -> None:
    models = {
        "a": OTHER,
        "b": {**OTHER, "layer": "layer4.1", "normalise": "none"},
        "c": {"network": "torchvision:vgg11_bn", "weights": "w.safetensors"},
        "d": {**OTHER, "normalise": {"mean": [0.1, 0.2, 0.3], "std": [1, 0.5, 0.25]}},
    }
    path = changed(tmp_path, models=models)
    check_all(path)
    found = load_models(path)
    assert [model.file for model in found.values()] == [None, None, "w.safetensors", None]
    assert [model.trainings for model in found.values()] == [1] * 4
    assert {name: printable(path)[f"models.{name}"] for name in "abc"} == {
        name: models[name] for name in "abc"
    }
    assert found["d"].normalise is not None
    # What only Heed's own grids allow is not asked of others.
    check_all(changed(tmp_path, models=models, crop__size=64, causal__cells=5))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"network": "resnet19"}, r"network: found 'resnet19': .*expected one of 'affact', .*"
         r"torchvision:NAME.*python:PACKAGE\.MODULE:FUNCTION.*did you mean resnet5"),
        ({"network": "python:mine.nets"}, r"network: found 'python:mine\.nets': .*FUNCTION"),
        ({"network": "python:mine/nets.py:make"}, r"network: found .*python:PACKAGE"),
        ({"network": "torchvision:"}, r"network: found 'torchvision:'"),
        ({"network": "nano"}, r"weights: found 'own': .*only a network that a function of yours"),
        ({"network": "torchvision:alexnet"}, r"weights: found 'own'"),
        ({**OTHER, "layer": ""}, "layer: .*at least 1 character"),
        ({"network": "nano", "weights": "x.safetensors", "layer": "block3"},
         r"layer: found 'block3': .*nano is one of Heed's own: infer\.layer decides"),
        ({"network": "nano", "weights": "x.safetensors", "normalise": "imagenet"},
         r"normalise: found 'imagenet': .*it does so itself"),
        ({"normalise": "imagnet"}, r"normalise.*found 'imagnet'"),
        ({"normalise": {"mean": [0, 0, 0], "std": [1, 0, 1]}}, r"normalise.*std.*greater than 0"),
        ({"pretrained": "x.safetensors"}, r"pretrained: found 'x\.safetensors': .*let it return"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_another_network_is_named(
    tmp_path: Path, model: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParamsError, match=rf"models\.a\.{message}"):
        check_all(changed(tmp_path, models={"a": {**OTHER, **model}}))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (TRAINED, r"models\.a\.weighting: .*Field required"),
        ({**TRAINED, "weighting": None}, r"models\.a\.weighting: found None: .*needs it"),
        ({**TRAINED, "loss": None, "weighting": "none"}, r"models\.a\.loss: found None"),
        ({**GIVEN, "loss": "bec"}, r"models\.a\.loss: found 'bec'"),
        ({**GIVEN, "los": "bce"}, r"models\.a\.los: found 'bce'"),
        ({**TRAINED, "weighting": "none", "replicates": 0}, r"models\.a\.replicates: found 0"),
        (
            {**GIVEN, "network": "nano_ext_leaky"},
            r"models\.a\.network: found 'nano_ext_leaky': .*activations .*; expected a network "
            "with an affine head: affact, nano, nano_ext, resnet101, .*, resnet51, resnet51_ext$",
        ),
        ({"network": "nano"}, r"models\.a\.weights: .*Field required"),
        ({**GIVEN, "weights": ""}, r"models\.a\.weights: found '': .*expected train, or the path"),
        ({**TRAINED, "weights": "Train"}, r"models\.a\.weights: found 'Train': .*expected train"),
    ],
)
def test_a_training_needs_them_and_a_typo_is_one(
    tmp_path: Path, model: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, models={"a": model}))


GROUP = {
    **{"epochs": 4, "batch_size": 16, "learning_rate": 2e-3, "weight_decay": 0.01},
    **{"flip": True, "head_start": "prior", "seed": 0},
}


@pytest.mark.parametrize(
    ("own", "trained_with"),
    [
        (None, GROUP),
        ({}, GROUP),
        ({"epochs": None, "seed": None}, GROUP),
        ({"epochs": 8, "seed": 3}, {**GROUP, "epochs": 8, "seed": 3}),
        ({"flip": False, "seed": 0}, {**GROUP, "flip": False}),
        ({"head_start": "random"}, {**GROUP, "head_start": "random"}),
    ],
)
def test_a_model_may_be_trained_in_its_own_way(
    tmp_path: Path, own: dict[str, Any] | None, trained_with: dict[str, Any]
) -> None:
    model = {**TRAINED, "weighting": "none", "train": own}
    path = changed(tmp_path, models={"a": model}, train=GROUP)
    check_all(path)
    assert (
        load(TrainParams, path).of_model(load_model("a", path).train).model_dump() == trained_with
    )
    given = None if own is None else {key: value for key, value in own.items() if value is not None}
    assert printable(path)["models.a"]["train"] == given


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"epoch": 3}, r"models\.a\.train\.epoch: found 3: Extra inputs"),
        ({"epochs": 0}, r"models\.a\.train\.epochs: found 0: .*greater than or equal to 1"),
        ({"seed": True}, r"models\.a\.train: .*seed is true, which is not one of its values"),
        ({"learning_rate": 0}, r"models\.a\.train\.learning_rate: found 0"),
        ({"weight_decay": -1}, r"models\.a\.train\.weight_decay: found -1"),
        ({"head_start": "default"}, r"models\.a\.train\.head_start: .*'random' or 'prior'"),
        (3, r"models\.a\.train: found 3"),
    ],
)
def test_a_models_own_training_has_the_limits_of_the_group(
    tmp_path: Path, own: Any, message: str
) -> None:
    model = {**TRAINED, "weighting": "none", "train": own}
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, models={"a": model}))


def test_each_parameter_of_the_group_can_be_a_models_own() -> None:
    group = get_type_hints(TrainParams, include_extras=True)
    own = get_type_hints(OwnTraining, include_extras=True)
    for name in TrainParams.model_fields:
        assert own[name] == group[name] | None, name
    assert list(OwnTraining.model_fields) == list(TrainParams.model_fields)


def test_the_folder_of_the_data_may_begin_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    data = load(DataParams, changed(tmp_path, data__root="~/Größe (1)"))
    assert data.folder == "/somewhere/Größe (1)"
    assert data.root == "~/Größe (1)"


def test_a_missing_file_and_a_missing_key_are_named(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="no such file"):
        load(CropParams, tmp_path / "params.yaml")
    (tmp_path / "params.yaml").write_text("data: 1")
    with pytest.raises(ParamsError, match="the key crop is missing; it holds size, scale"):
        load(CropParams, tmp_path / "params.yaml")


@pytest.mark.parametrize("key", ["aggregate", "statistics"])
def test_an_interval_needs_more_resamples_than_its_ends(tmp_path: Path, key: str) -> None:
    check_all(changed(tmp_path, **{f"{key}__resamples": 20}))
    with pytest.raises(ParamsError, match=rf"{key}\.resamples: found 19: .*expected 20 or more"):
        check_all(changed(tmp_path, **{f"{key}__resamples": 19}))
