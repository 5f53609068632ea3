"""Networks that Heed does not build itself, their weights on disk, and the start of their head."""

import sys
from collections import OrderedDict
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import heed
from heed.networks.head_start import start_other_head
from heed.networks.of_python import NetworkError
from heed.networks.of_torchvision import outputs_in, start_from_imagenet
from heed.networks.other import OtherNetwork, check_answer, other_network
from heed.networks.settings import MeanAndStd
from heed.networks.state import WeightsError
from heed.networks.weights import load_network, save_weights
from heed.networks.weights_file import metadata_of

NAME = "python:own_network:make"
CODE = """
import torch
from torch import nn

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 6, 3, 8), nn.Linear(6, 5)
        self.again = self.second

    def forward(self, images):
        return {"logits": self.again(self.first(images).mean((2, 3)))}

def make():
    return Tied().double().eval()
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "own_network.py").write_text(CODE)
    yield tmp_path
    sys.modules.pop("own_network", None)


def small(outputs: int = 5) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(4, outputs),
    )  # fmt: skip


def test_pixels_are_normalised_and_logits_read():
    torch.manual_seed(0)
    network, images = small(), torch.rand(2, 3, 16, 16)
    mean, std = torch.tensor([0.1, 0.2, 0.3]), torch.tensor([0.5, 0.6, 0.7])
    expected = network((images - mean.view(3, 1, 1)) / std.view(3, 1, 1))
    said = MeanAndStd(mean=mean.tolist(), std=std.tolist())
    torch.testing.assert_close(OtherNetwork(NAME, network, normalise=said)(images), expected)
    torch.testing.assert_close(OtherNetwork(NAME, network)(images), network(images))
    imagenet = OtherNetwork("torchvision:x", network)
    assert imagenet.mean.flatten().tolist() == pytest.approx([0.485, 0.456, 0.406])


@pytest.mark.parametrize(
    "answers",
    [
        lambda x: x, lambda x: {"logits": x, "more": 1}, lambda x: SimpleNamespace(logits=x),
        lambda x: OrderedDict(more=1, logits=x),
    ],
)  # fmt: skip
def test_logits_are_found_in_what_networks_answer(answers):
    logits = torch.rand(2, 5)
    assert OtherNetwork(NAME, small()).logits(answers(logits)) is logits


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (torch.rand(2, 5, 1), r"answers with torch\.float32 \(2, 5, 1\); expected logits"),
        (torch.ones(2, 5, dtype=torch.int64), r"answers with torch\.int64 \(2, 5\)"),
        ((torch.rand(2, 5), 1), "answers with tuple"),
        ({"scores": torch.rand(2, 5)}, "answers with dict"),
    ],
)
def test_other_answers_are_named(answer, message):
    with pytest.raises(NetworkError, match=f"^{NAME}: {message}"):
        OtherNetwork(NAME, small()).logits(answer)


def test_weights_and_all_that_is_said_come_back_from_the_file(own):
    said = MeanAndStd(mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7))
    network = other_network(NAME, 5, "first", said)
    assert network.training
    assert next(network.parameters()).dtype == torch.float32
    save_weights(network, "own.safetensors")
    content = (own / "own.safetensors").read_bytes()
    again = load_network("own.safetensors", 5, run_python=True)
    images = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(again(images), network(images))
    assert (again.name, again.layer, again.normalise) == (NAME, "first", said)
    assert not again.training
    save_weights(again, "again.safetensors")
    assert (own / "again.safetensors").read_bytes() == content
    assert metadata_of("own.safetensors")["source"] == network.source


def test_a_file_runs_no_function_unless_it_may(own):
    save_weights(other_network(NAME, 5), "own.safetensors")
    (own / "own_network.py").write_text("raise SystemExit('run')")
    for load in (load_network, heed.load_network):
        with pytest.raises(WeightsError, match=r"own\.safetensors: holds .*run_python=True"):
            load("own.safetensors")


def test_the_number_of_outputs_comes_back_from_the_file(own):
    (own / "own_network.py").write_text("from torch import nn\n\ndef make(outputs):\n"
                                        "    return nn.Linear(3, outputs)")  # fmt: skip
    save_weights(other_network(NAME, 7), "own.safetensors")
    assert heed.load_network("own.safetensors", run_python=True).network.out_features == 7


def test_a_function_does_not_change_the_precision_of_other_networks(own):
    code = CODE.replace("return Tied", "torch.set_default_dtype(torch.float64); return Tied")
    (own / "own_network.py").write_text(code)
    assert next(other_network(NAME, 5).parameters()).dtype == torch.float32
    assert torch.get_default_dtype() == torch.float32


def test_a_classifier_of_torchvisions_comes_back_with_the_outputs_that_it_has(tmp_path):
    torch.manual_seed(0)
    network = other_network("torchvision:squeezenet1_1", 7).eval()
    save_weights(network, tmp_path / "own.safetensors")
    again = heed.load_network(tmp_path / "own.safetensors")
    images = torch.rand(2, 3, 64, 64)
    torch.testing.assert_close(again(images), network(images))
    with pytest.raises(WeightsError, match=r"another shape at classifier\.1\.weight"):
        load_network(tmp_path / "own.safetensors", 8)


def test_a_state_dict_of_others_is_refused(tmp_path):
    save_file({"x": torch.zeros(1)}, tmp_path / "x.safetensors",
              metadata={"network": "torchvision:squeezenet1_1"})  # fmt: skip
    with pytest.raises(WeightsError, match=r"misses features\.0\.weight.* unexpected x"):
        load_network(tmp_path / "x.safetensors", 40)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("make = lambda: 5", "returns int; expected a torch.nn.Module"),
        (
            "from torch import nn\nmake = lambda: nn.LazyLinear(5)",
            "returns a network with layers that",
        ),
        ("import torch\nmake = lambda: torch.jit.script(torch.nn.ReLU())", "returns TorchScript"),
    ],
)
def test_what_is_no_network_is_named(own, code, message):
    (own / "own_network.py").write_text(code)
    with pytest.raises(NetworkError, match=f"{NAME}: {message}"):
        other_network(NAME, 5)


def test_a_network_itself_may_stand_in_the_module(own):
    (own / "own_network.py").write_text("from torch import nn\nmake = nn.Linear(3, 5)")
    assert other_network(NAME, 5).network.out_features == 5


def test_an_unknown_classifier_has_neighbours():
    with pytest.raises(NetworkError, match=r"no classifier resnet19; did you mean .*resnet1"):
        other_network("torchvision:resnet19", 5)


class Fails(nn.Module):
    def forward(self, images):
        raise ValueError("no faces like these")


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (small(3), r"makes logits \(2, 3\) of 2 images; expected \(2, 5\), an output for each of"),
        (nn.Sequential(small(), nn.Flatten(0), nn.Unflatten(0, (1, 10))), r"logits \(1, 10\)"),
        (nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 5)),
         "asked about crops of 32x32 pixels it raised RuntimeError: mat1 and mat2 .*crop.size"),
        (Fails(), r"raised ValueError: no faces like these \(.*test_other\.py, line \d+, in for"),
    ],
)  # fmt: skip
def test_a_network_is_asked_before_it_is_used(network, message):
    network.train()
    with pytest.raises(NetworkError, match=message):
        check_answer(OtherNetwork(NAME, network), 5, 32)
    assert all(module.training for module in network.modules())


def test_a_network_that_ends_the_program_when_asked_is_named():
    class Ends(nn.Module):
        def forward(self, images):
            sys.exit("too small")

    with pytest.raises(NetworkError, match=f"^{NAME}: asked about .* SystemExit: too small"):
        check_answer(OtherNetwork(NAME, Ends()), 5, 32)


def test_asking_changes_nothing():
    network = OtherNetwork(NAME, nn.Sequential(nn.BatchNorm2d(3), nn.Dropout(), small()))
    state, drawn = network.published_state(), torch.get_rng_state()
    check_answer(network, 5, 32)
    assert all(torch.equal(value, state[key]) for key, value in network.published_state().items())
    assert torch.equal(torch.get_rng_state(), drawn)


def test_a_head_starts_with_the_logits_where_it_ends_in_a_linear_layer():
    logits, images = torch.linspace(-1, 1, 5), torch.rand(3, 3, 32, 32)
    network = OtherNetwork(NAME, small())
    assert start_other_head(network, logits, 32)
    torch.testing.assert_close(network(images), logits.expand(3, 5))


@pytest.mark.parametrize(
    "network",
    [
        nn.Sequential(small(), nn.ReLU()),
        nn.Sequential(nn.Conv2d(3, 5, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        small(4),
        nn.Sequential(small(8), nn.Linear(8, 5, bias=False)),
    ],
    ids=["a layer behind it", "no linear layer", "other outputs", "no bias"],
)
def test_another_head_stays_as_it_is(network):
    other = OtherNetwork(NAME, network)
    before = other.published_state()
    assert not start_other_head(other, torch.linspace(-1, 1, 5), 32)
    assert all(torch.equal(value, before[key]) for key, value in other.published_state().items())


def test_imagenet_weights_are_all_but_those_of_the_outputs():
    name = "torchvision:squeezenet1_1"
    imagenet = other_network(name, 1000).network.state_dict()
    assert outputs_in(imagenet, name) == 1000
    network = other_network(name, 40).network
    start_from_imagenet(network, name, imagenet, "weights")
    found = network.state_dict()
    differs = {key for key in found if not torch.equal(found[key], imagenet[key])}
    assert differs == {"classifier.1.weight", "classifier.1.bias"}
    assert outputs_in(found, name) == 40
    with pytest.raises(WeightsError, match=r"^weights \(.*another shape at classifier\.1\.weight"):
        start_from_imagenet(network, name, found, "weights")
