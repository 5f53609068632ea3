"""Networks of faces: their plans, and that a file gives back what was written."""

import json

import pytest
import torch
from torch import fx, nn
from torch.nn import functional
from torchvision import models

from heed.networks.state import WeightsError
from heed.networks.weights_file import save_state
from heed.recognition.networks import load_face_network, new_face_network, save_face_network
from heed.recognition.settings import FaceNetworkParams
from heed.recognition.small_plans import ResidualBlock, SevenBySeven

SMALL = [
    FaceNetworkParams(plan=plan, width=8, depth=2)
    for plan in ("small_residual", "small_bottleneck", "small_plain")
]
LARGE = [FaceNetworkParams(plan=plan) for plan in ("resnet50", "mobilenet_v2", "vgg16")]


def weighted_layers(network):
    return [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]


@pytest.mark.parametrize("params", SMALL, ids=lambda p: p.plan)
def test_small_networks_end_on_seven_by_seven_cells_and_have_eight_layers(params):
    network = new_face_network(params, outputs=3).eval()
    grids = []
    for module in network.body.modules():
        if isinstance(module, nn.AdaptiveAvgPool2d):
            module.register_forward_hook(lambda m, given, made: grids.append(given[0].shape[2:]))
    assert network(torch.rand(2, 3, 112, 112)).shape == (2, 3)
    assert grids == [(7, 7)]
    assert len(weighted_layers(network)) >= 8
    assert fx.symbolic_trace(network).code  # each step can be found


def test_the_plain_plan_flattens_its_cells_and_the_others_average_them():
    residual, bottleneck, plain = (new_face_network(params, outputs=3) for params in SMALL)
    assert residual.head.in_features == 4 * 8
    assert bottleneck.head.in_features == 4 * 4 * 8
    first = next(m for m in plain.body.modules() if isinstance(m, nn.Linear))
    assert first.in_features == 7 * 7 * 8 * 8
    assert not any(isinstance(m, nn.BatchNorm2d) for m in plain.modules())


def test_depth_is_blocks_per_stage():
    for depth in (1, 3):
        network = new_face_network(SMALL[0].model_copy(update={"depth": depth}), outputs=2)
        assert sum(isinstance(m, ResidualBlock) for m in network.modules()) == 3 * depth


def test_the_pooling_to_seven_by_seven_is_pytorchs():
    for side in (7, 6, 14, 15):
        cells = torch.rand(2, 3, side, side)
        expected = functional.adaptive_avg_pool2d(cells, 7)
        torch.testing.assert_close(SevenBySeven()(cells), expected)


def test_vgg_decides_from_the_4096_features_of_its_second_linear_layer():
    with torch.device("meta"):  # without its 138 million numbers
        network = new_face_network(LARGE[2], outputs=5)
        assert network.features(torch.rand(1, 3, 224, 224)).shape == (1, 4096)
        expected = set(models.vgg16().state_dict())
    assert expected - set(network.body.state_dict()) == {"classifier.6.weight", "classifier.6.bias"}


@pytest.mark.parametrize("params", LARGE[:2], ids=lambda p: p.plan)
def test_torchvisions_networks_lack_nothing_but_their_last_layer(params):
    torch.manual_seed(0)
    network = new_face_network(params, outputs=5).eval()
    whole = models.get_model(params.plan, weights=None).eval()
    own = network.body.state_dict()
    missing, unexpected = whole.load_state_dict(own, strict=False)
    assert unexpected == []
    last = [name for name, module in whole.named_modules() if isinstance(module, nn.Linear)][-1]
    assert missing == [f"{last}.weight", f"{last}.bias"]
    images = torch.rand(1, 3, 96, 96)
    layer = whole.get_submodule(last)
    with torch.no_grad():
        normalised = (images - network.mean) / network.std
        expected = whole(normalised)
        torch.testing.assert_close(layer(network.features(images)), expected)


@pytest.mark.parametrize("params", SMALL, ids=lambda p: p.plan)
def test_what_is_written_is_read(tmp_path, params):
    torch.manual_seed(1)
    network = new_face_network(params, outputs=4).eval()
    save_face_network(network, tmp_path / "a.safetensors")
    read = load_face_network(tmp_path / "a.safetensors")
    images = torch.rand(2, 3, 112, 112)
    with torch.no_grad():
        torch.testing.assert_close(read(images), network(images), rtol=0, atol=0)
    assert read.params == params
    assert not read.training
    save_face_network(read, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_imagenet_weights_fill_the_body(tmp_path):
    params = FaceNetworkParams(plan="mobilenet_v2")
    torch.manual_seed(2)
    whole = models.mobilenet_v2()
    save_state(whole.state_dict(), "torchvision:mobilenet_v2", tmp_path / "imagenet.safetensors")
    network = new_face_network(params, 7, tmp_path / "imagenet.safetensors")
    for key, value in network.body.state_dict().items():
        torch.testing.assert_close(value, whole.state_dict()[key], rtol=0, atol=0)
    assert network.head.out_features == 7


def test_files_and_starts_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    save_state({"a": torch.zeros(1)}, "nano", path)
    with pytest.raises(WeightsError, match="found weights of 'nano'; expected 'face'"):
        load_face_network(path)
    with pytest.raises(WeightsError, match="which no ImageNet weights fit"):
        new_face_network(SMALL[0], 2, path)
    with pytest.raises(WeightsError, match=r"other.safetensors \(torchvision:resnet50\): misses"):
        new_face_network(LARGE[0], 2, path)
    recipe = json.dumps(SMALL[0].model_dump())
    more = {"outputs": "2", "recipe": recipe}
    save_state({"a": torch.zeros(1)}, "face", path, more=more)
    with pytest.raises(WeightsError, match="Train the network again"):
        load_face_network(path)
    save_state({"a": torch.zeros(1)}, "face", path, more=more | {"recipe": "{"})
    with pytest.raises(WeightsError, match="as JSON: train the network again"):
        load_face_network(path)
