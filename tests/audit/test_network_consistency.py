"""Networks that Heed does not build itself are tried before anything runs, and once."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from safetensors.torch import save_file

from heed.audit import network_consistency
from heed.audit.models import load_model
from heed.audit.network_consistency import NOTED, TriedNetworks
from heed.audit.networks import with_given_weights
from heed.base.errors import InputError
from heed.base.settings import ParamsError
from tests.places import ROOT

CODE = """
import torch
from torch import nn

def make(outputs=40):
    return nn.Sequential(nn.Conv2d(3, 4, 7, 16, 3), nn.ReLU(), nn.AvgPool2d(2, 1), nn.Flatten(),
                         nn.Linear(4 * 9, outputs))

def three():
    return make(3)

def number():
    return 40

def fails():
    raise RuntimeError("out of coffee")

def sigmoid():
    return nn.Sequential(*make(), nn.Sigmoid())

class Moody(nn.Module):
    def __init__(self, mood):
        super().__init__()
        self.inner, self.mood = make(), mood

    def forward(self, images):
        logits = self.inner(images)
        if self.mood == "random":
            return nn.functional.dropout(logits)
        if self.training and self.mood == "fails":
            raise KeyError("targets")
        return (logits, images) if self.training and self.mood == "tuple" else logits

def random():
    return Moody("random")

def two():
    return Moody("tuple")

def needy():
    return Moody("fails")

def frozen():
    return make().requires_grad_(False)

def whole():
    return nn.Sequential(nn.Conv2d(3, 4, 7, 16, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(4, 40))
"""
OWN = {"network": "python:tried_nets:make", "weights": "own"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    # Compiled code is told from that of another file by size and second alone.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    Path("tried_nets.py").write_text(CODE)
    write_params(OWN)
    yield tmp_path
    sys.modules.pop("tried_nets", None)


def write_params(model: dict, **groups: dict) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["models"] = {"mine": model}
    params["crop"]["size"] = 64
    params["causal"]["cells"] = 4
    for key, values in groups.items():
        params[key] |= values
    Path("params.yaml").write_text(yaml.safe_dump(params))


def note(**files: str | None) -> dict | None:
    """What an inventory would note, which sees the note of the one before."""
    found = TriedNetworks("notes").note("mine", load_model("mine"), files)
    Path("notes").mkdir(exist_ok=True)
    Path("notes/mine.json").write_text(json.dumps({NOTED: found}))
    return found


def refusal(model: dict, **groups: dict) -> str:
    write_params(model, **groups)
    with pytest.raises(ParamsError) as caught:
        note(weights=None, pretrained=None)
    return str(caught.value)


def test_a_network_of_heeds_own_is_not_tried():
    write_params({"network": "nano", "weights": "x.safetensors"})
    assert note() is None


def test_what_was_found_is_noted_and_not_tried_again(monkeypatch):
    first = note(weights=None)
    assert (first["cells"], first["affine"]) == (3, False)
    monkeypatch.setattr(TriedNetworks, "_tried", None)
    assert note(weights=None) == first
    Path("notes/mine.json").write_text("{")
    with pytest.raises(TypeError):
        note(weights=None)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"layer": "0"}, {}),
        ({"normalise": "imagenet"}, {}),
        ({"weights": "x.safetensors"}, {"weights": "0" * 64}),
        ({"network": "python:tried_nets:whole"}, {}),
    ],
)
def test_what_decides_its_answer_has_it_tried_again(monkeypatch, changed, named):
    note(weights=None)
    write_params(OWN | changed)
    monkeypatch.setattr(TriedNetworks, "_tried", lambda *_: {"cells": 9, "affine": True})
    assert note(**{"weights": None, **named})["cells"] == 9


def test_another_code_has_it_tried_again():
    first = note(weights=None)
    Path("tried_nets.py").write_text(CODE.replace("nn.AvgPool2d(2, 1)", "nn.AvgPool2d(2, 2)"))
    sys.modules.pop("tried_nets")
    with pytest.raises(ParamsError, match=r"models\.mine\.network: .*it raised RuntimeError"):
        note(weights=None)
    sys.modules.pop("tried_nets")
    Path("tried_nets.py").write_text(f"{CODE}\n# a remark")
    assert note(weights=None)["source"] != first["source"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"network": "python:tried_nets:three"},
         r"models\.mine\.network: .*three: makes logits \(2, 3\) of 2 images; expected \(2, 40\)"),
        ({"network": "python:tried_nets:number"},
         r"models\.mine\.network: .*number: returns int; expected a torch\.nn\.Module"),
        ({"network": "python:tried_nets:fails"},
         r"models\.mine\.network: .*raised RuntimeError: out of coffee \(.*nets\.py, line 16"),
        ({"network": "python:untried_nets:make"},
         r"models\.mine\.network: found .*, but no module untried_nets: looked for"),
        ({"network": "torchvision:resnet17", "weights": "train"},
         r"models\.mine\.network: .*no classifier resnet17; did you mean .*resnet1"),
        ({"network": "python:tried_nets:sigmoid"},
         r"models\.mine\.network: .*sigmoid: all of its answers lie in 0\.\.1 .* remove the last"),
        ({"network": "python:tried_nets:random"},
         r"models\.mine\.network: .*random: asked twice about the same images in eval mode"),
        ({"network": "python:tried_nets:two", "weights": "train"},
         r"models\.mine\.network: .*two: answers with tuple; .* \(in training mode\)"),
        ({"network": "python:tried_nets:needy", "weights": "train"},
         r"models\.mine\.network: .*needy: in training mode it raised KeyError: 'targets' \("),
        ({"layer": "7"}, r"models\.mine\.layer: .*Sequential has no such layer"),
        ({"layer": "4"}, r"models\.mine\.layer: .*puts out no grid of features"),
        ({"network": "python:tried_nets:frozen", "weights": "train"},
         r"models\.mine\.weights: found train, but no weight of .* requires a gradient"),
    ],
)  # fmt: skip
def test_what_cannot_be_audited_names_its_key(model, message):
    training = {"loss": "mse", "weighting": "none", "pretrained": None}
    assert re.search(f"^params.yaml: {message}", refusal(OWN | training | model))


def test_images_of_another_size_are_refused_with_what_the_network_says():
    found = refusal(OWN, crop={"size": 96})
    assert "asked about crops of 96x96 pixels it raised RuntimeError: mat1 and mat2" in found
    assert "crop.size" in found


def test_grids_that_are_too_small_and_heads_without_maps_are_refused():
    found = refusal(OWN, causal={"cells": 9})
    assert "causal.cells: found 9, but the maps of models.mine have 9 cells" in found
    found = refusal(OWN, infer={"methods": ["gradcam", "cam"]})
    assert "infer.methods: found cam, but the head of models.mine, python:tried_nets:make" in found
    write_params(OWN | {"network": "python:tried_nets:whole"}, infer={"methods": ["cam"]})
    assert note()["affine"]


def test_given_weights_are_loaded_by_name_and_refused_by_key():
    network = with_given_weights(load_model("mine"), "models.mine")
    save_file(network.published_state(), "plain.safetensors")  # as anybody saves them
    write_params(OWN | {"weights": "plain.safetensors"})
    again = with_given_weights(load_model("mine"), "models.mine")
    for key, value in network.published_state().items():
        assert (again.published_state()[key] == value).all()
    state = network.published_state()
    save_file({"4.weight": state["4.weight"]}, "part.safetensors")
    found = refusal(OWN | {"weights": "part.safetensors"})
    assert found.startswith("params.yaml: models.mine.weights: part.safetensors (python:tried_nets")
    assert "misses 0.weight" in found
    save_file(state, "other.safetensors", metadata={"network": "nano"})
    found = refusal(OWN | {"weights": "other.safetensors"})
    assert "models.mine.weights: other.safetensors holds the weights of nano, but" in found


def test_weights_of_other_pixels_are_refused():
    state = with_given_weights(load_model("mine"), "models.mine").published_state()
    said = {"network": OWN["network"], "mean": "[0.5, 0.5, 0.5]", "std": "[0.25, 0.25, 0.25]"}
    save_file(state, "trained.safetensors", metadata=said)
    entry = OWN | {"weights": "trained.safetensors"}
    found = refusal(entry)
    assert found.startswith("params.yaml: models.mine.weights: trained.safetensors holds weights")
    assert "with mean [0.5, 0.5, 0.5], but by normalise they have mean [0.0, 0.0, 0.0]" in found
    half = {"mean": [0.5] * 3, "std": [0.25] * 3}
    write_params(entry | {"normalise": half})
    assert note(weights=None)
    assert "std [0.25, 0.25, 0.25], but" in refusal(entry | {"normalise": half | {"std": [1] * 3}})


@pytest.mark.parametrize(
    "pixels",
    [
        {"mean": [123.7, 116.3, 103.5], "std": [0.2] * 3},
        {"mean": [-0.1, 0.5, 0.5], "std": [0.2] * 3},
        {"mean": [0.5] * 3, "std": [58.4, 57.1, 57.4]},
    ],
)
def test_pixels_in_0_to_255_are_refused(pixels):
    write_params(OWN | {"normalise": pixels})
    with pytest.raises(ParamsError, match=r"models\.mine\.normalise.* divide by 255"):
        load_model("mine")


def test_whatever_is_refused_names_the_model(monkeypatch):
    def refuse(*_):
        raise InputError("the maps: found no gradient")

    monkeypatch.setattr("heed.explain.other_network.OtherExplainer", refuse)
    assert refusal(OWN) == "params.yaml: models.mine: the maps: found no gradient"


def test_only_a_try_imports_torch():
    """The module itself is read at every dvc repro."""
    code = "import sys, heed.audit.network_consistency; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "src")
    assert network_consistency.FOUND == ("cells", "affine")
