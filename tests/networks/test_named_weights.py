"""Weights files that parameters name: what is refused, and that nothing is opened twice."""

import hashlib
import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from heed.base.settings import ParamsError
from heed.networks import weights
from heed.networks.catalogue import build
from heed.networks.named_weights import NamedWeights, load_given
from heed.networks.weights import save_weights
from heed.networks.weights_file import save_state

KEY = "models.mine.weights"


@pytest.fixture
def file(tmp_path, monkeypatch) -> str:
    monkeypatch.chdir(tmp_path)
    save_weights(build("nano", 40), "weights/mine.safetensors")
    return "weights/mine.safetensors"


def rewritten(file: str, change, metadata=None) -> None:
    state = load_file(file)
    change(state)
    save_file(state, file, metadata if metadata is not None else {"network": "nano"})


def refused(file: str, network: str = "nano", role="weights") -> str:
    with pytest.raises(ParamsError) as caught:
        NamedWeights(40, "notes").note(file, KEY, network, role)
    message = str(caught.value)
    assert message.startswith(f"params.yaml: {KEY}: {file}")
    assert "\n" not in message
    return message


def test_weights_in_order_are_noted(file) -> None:
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    expected = {"network": "nano", "sha256": digest}
    assert NamedWeights(40, "notes").note(file, KEY, "nano", "weights") == expected
    assert NamedWeights(40, "notes").note(None, KEY, "nano", "weights") is None
    assert load_given(file, KEY, "nano", 40).name == "nano"


def test_a_path_from_home(file, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert NamedWeights(40, "notes").note(f"~/{file}", KEY, "nano", "weights") is not None
    assert load_given(f"~/{file}", KEY, "nano", 40).name == "nano"


@pytest.mark.parametrize(
    ("change", "metadata", "message"),
    [
        (lambda state: None, {}, "does not say which network .*heed import-weights FILE"),
        (lambda state: None, {"network": "vgg"}, "is of 'vgg'; expected"),
        (
            lambda state: state.update({"fc.bias": torch.zeros(1000)}),
            {"network": "resnet50"},
            r"as models\.<name>\.pretrained of a resnet50 or",
        ),
        (lambda state: state.pop("conv1.weight"), None, "misses conv1.weight"),
        (lambda state: state.update(x=torch.zeros(1)), None, "has unexpected x"),
        (
            lambda state: state["bn1.bias"].fill_(torch.nan),
            None,
            r"NaN or infinity at bn1\.bias\. Train them again, or fetch them again$",
        ),
        (
            lambda state: state["bn1.running_var"][0].fill_(-1e-9),
            None,
            r"a variance below 0 at bn1\.running_var\. Train them again",
        ),
        (
            lambda state: state.update({"bn1.bias": torch.zeros(3)}),
            None,
            r"another shape at bn1\.bias \(found 3, expected \d+\)",
        ),
        (
            lambda state: state.update({"bn1.bias": state["bn1.bias"].to(torch.int8)}),
            None,
            r"numbers of another kind at bn1\.bias \(found torch\.int8, expected torch\.float32\)",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named(file, change, metadata, message) -> None:
    rewritten(file, change, metadata)
    assert re.search(message, refused(file))


def test_half_precision_and_eight_bits_are_read(file) -> None:
    for kind in (torch.float16, torch.bfloat16, torch.float8_e4m3fn):
        bias = load_file(file)["bn1.bias"].to(kind)
        rewritten(file, lambda state, bias=bias: state.update({"bn1.bias": bias}))
        assert NamedWeights(40, "notes").note(file, KEY, "nano", "weights") is not None


def test_another_network_is_named_with_the_key(file) -> None:
    message = refused(file, "affact")
    assert (
        "holds the weights of nano, but models.mine.network is affact; make them agree" in message
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a pickle", b"<!DOCTYPE html>"])
def test_no_safetensors(file, content) -> None:
    Path(file).write_bytes(content)
    assert "safetensors file" in refused(file)


def test_a_pointer_of_git_lfs_says_how_to_fetch_the_file(file) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    Path(file).write_text(pointer)
    assert "git-LFS pointer, which stands for the weights: fetch them with git lfs" in refused(file)


def test_a_link_that_leads_nowhere_is_one(file) -> None:
    Path("weights/dead").symlink_to("gone.safetensors")
    Path("weights/loop").symlink_to("loop")
    assert "found a link to gone.safetensors, which leads to no file" in refused("weights/dead")
    assert "found a link to loop, which leads to no file" in refused("weights/loop")


def test_a_missing_file_says_what_an_experiment_in_a_copy_sees(file) -> None:
    message = refused("weights/other.safetensors")
    assert "git ignores weights/: give the absolute path, or run dvc add weights/other" in message
    assert "--temp" not in refused("/nowhere/other.safetensors")
    assert "found a folder" in refused("weights")
    Path("weights/other.safetensors.dvc").touch()
    assert "dvc pull weights/other.safetensors.dvc" in refused("weights/other.safetensors")


def test_an_unreadable_file_is_named(file, monkeypatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    assert refused(file).endswith("Permission denied")


def test_a_start_is_held_to_the_network_that_it_is_of(file) -> None:
    save_state({"conv1.weight": torch.ones(64, 3, 7, 7)}, "resnet50", file)
    assert "(resnet50): misses " in refused(file, "resnet51", "pretrained")
    assert "holds the weights of resnet50; expected an ImageNet resnet152" in refused(
        file, "resnet153", "pretrained"
    )
    with pytest.raises(ParamsError, match=rf"{KEY}: nano cannot start from pretrained weights"):
        NamedWeights(40, "notes").note(file, KEY, "nano", "pretrained")
    missing = refused("weights/r.safetensors", "resnet51", "pretrained")
    assert "resnet50-19c8e357.pth --network resnet50 -o weights/r.safetensors" in missing


def test_what_was_in_order_is_not_opened_again(file, monkeypatch) -> None:
    note = NamedWeights(40, "notes").note(file, KEY, "nano", "weights")
    Path("notes/deep").mkdir(parents=True)
    Path("notes/deep/mine.json").write_text(json.dumps({"weights": note, "pretrained": None}))
    opened = []

    def watched(path, outputs):
        opened.append(path)
        return load(path, outputs)

    load = weights.load_network
    monkeypatch.setattr(weights, "load_network", watched)
    assert NamedWeights(40, "notes").note(file, KEY, "nano", "weights") == note
    assert opened == []
    with pytest.raises(ParamsError):  # known as weights, not as a start, nor for another network
        NamedWeights(40, "notes").note(file, KEY, "affact", "weights")
    with pytest.raises(ParamsError):
        NamedWeights(40, "notes").note(file, KEY, "nano", "pretrained")
    assert opened == [file]


@pytest.mark.parametrize("content", ["", "[]", '{"weights": "abc"}', '{"weights": {"a": 1}}', "{"])
def test_damaged_notes_and_those_of_another_version_are_no_notes(file, content) -> None:
    Path("notes").mkdir()
    Path("notes/mine.json").write_text(content)
    rewritten(file, lambda state: state.pop("conv1.weight"))
    with pytest.raises(ParamsError, match=r"misses conv1\.weight"):
        NamedWeights(40, "notes").note(file, KEY, "nano", "weights")
