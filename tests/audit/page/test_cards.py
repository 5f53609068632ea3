from typing import Any

import pandas as pd
import pytest

from heed.audit.page.cards import architecture, details, training, use, weights_from
from heed.audit.page.weights import Weights
from heed.audit.settings import printable
from tests.places import ROOT

DEFAULTS = printable(ROOT / "params.yaml")
FACES = {"train": 2400, "validation": 300}


def trained(name: str, given: dict[str, Any], curves: pd.DataFrame) -> dict[str, str]:
    return dict(training(name, given, curves, DEFAULTS, FACES))


def test_what_a_network_is() -> None:
    given = DEFAULTS["models.balanced"]
    found = dict(details(given, 7, [Weights("ab", 566600, 2762)], DEFAULTS))
    assert found["Architecture"].startswith("nano, of Heed's own")
    assert found["Size"] == "566,600 weights, and 2,762 statistics of batch normalisation"
    assert found["Input"] == "RGB crops of 224 × 224 pixels"
    assert found["Maps taken at"] == "the features before the last ReLU, a grid of 7 × 7 cells"
    assert found["Weights from"] == "trained here, from random initialisation"
    after = DEFAULTS | {"infer": {"layer": "after_relu"}}
    assert dict(details(given, None, [], after))["Maps taken at"] == (
        "the features after the last ReLU"
    )
    other = {"network": "torchvision:vgg11", "layer": "features.20"}
    assert dict(details(other, 14, [], DEFAULTS))["Maps taken at"].startswith(
        "the layer features.20, a grid of 14"
    )
    assert architecture("torchvision:vgg11") == "torchvision's vgg11, with 40 outputs"
    assert architecture("python:my_nets.faces:make").endswith("my_nets.faces:make returns")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"weights": "train", "pretrained": "/home/ada/r.safetensors"},
         "trained here, from those of (outside the project)/r.safetensors"),
        ({"weights": "weights/mine.safetensors"}, "the file weights/mine.safetensors"),
        ({"weights": "own", "network": "python:a:b"},
         "its function, which gives it weights of its own"),
        ({"weights": "train", "network": "python:a:b"},
         "trained here, from those that its function gives it"),
    ],
)  # fmt: skip
def test_where_weights_come_from(given, told) -> None:
    assert weights_from(given) == told


def test_how_a_network_was_trained(results) -> None:
    found = trained("balanced", DEFAULTS["models.balanced"], results.curves)
    assert found["Data"] == (
        "2,400 computer-drawn faces of the training partition, mirrored at random; 300 others "
        "for validation"
    )
    assert found["Loss"].startswith("squared error")
    assert "moon_expectation" in found["Weighting"]
    assert found["Optimizer"] == (
        "AdamW, weight decay 0.01, 16 faces a step; the learning rate rises to 0.002 and falls "
        "again in one cycle; the last layer began at the best guess without seeing the image"
    )
    assert found["Epochs"] == "4 epochs; the weights after the last one are kept"
    assert found["Trainings"].startswith("3, of seeds 0, 1 and 2;")
    # the made-up curves fall with the epochs: 10 and 20 %, halved after the second
    told = found["Validation error"].replace("\N{NO-BREAK SPACE}", " ")
    assert told == "5.0 % and 10.0 % at the end; balanced error 10.0 % and 20.0 %"


def test_a_network_may_have_values_of_its_own(results) -> None:
    given = DEFAULTS["models.balanced"] | {
        "train": {"epochs": 1, "seed": 7, "flip": False, "head_start": "random"}, "replicates": 1,
        "loss": "bce", "weighting": "none",
    }  # fmt: skip
    found = trained("other", given, results.curves)
    assert found["Epochs"].startswith("1 epoch;")
    assert found["Training"] == "1, of seed 7"
    assert "mirrored" not in found["Data"]
    assert "began at random" in found["Optimizer"]
    assert found["Loss"].startswith("binary cross-entropy")
    assert "Validation error" not in found


def test_of_given_weights_nothing_is_known(results, settings) -> None:
    given = {"network": "nano", "weights": "weights/mine.safetensors"}
    assert trained("mine", given, results.curves) == {
        "Training": "not by this audit, which knows nothing of it"
    }
    assert "known to whoever gave the weights" in use(given, settings)
    assert "of no use on photographs" in use({"weights": "train"}, settings)
    settings["data"]["source"] = "celeba"
    assert "for research" in use({"weights": "train"}, settings)
