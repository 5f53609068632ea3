import csv
import re

import numpy as np
import pytest
import torch
from torch.nn import functional
from torchvision.models import resnet50

from heed.networks.architectures.affact import AffactTrunk, affact
from tests.places import REFERENCE

REFERENCE = REFERENCE / "affact_caffe_state_dict.csv"
CAFFE_STAGE = {"2": "layer1", "3": "layer2", "4": "layer3", "5": "layer4"}
STEM = {"conv1": "conv1", "bn_conv1": "bn1"}
CAFFE_LAYER = {"branch2a": "1", "branch2b": "2", "branch2c": "3"}


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = affact(40)
    for name, tensor in network.published_state().items():
        if name.endswith("running_mean") or re.match(r"bn.*bias|conv1.bias", name):
            tensor.normal_(std=0.2)
        if name.endswith("running_var") or re.match(r"bn.*weight", name):
            tensor.uniform_(0.5, 1.5)
    return network.eval()


def test_keys_and_shapes_are_the_official_ones(network):
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        expected = {row["key"]: row["shape"] for row in csv.DictReader(file)}
    found = {
        key: "x".join(map(str, tensor.shape)) or "scalar"
        for key, tensor in network.published_state().items()
    }
    assert found == expected


def torchvision_key(key: str) -> str:
    """The torchvision name of a tensor of the Caffe network's trunk."""
    layer, parameter = key.split(".")
    if layer in STEM:
        return f"{STEM[layer]}.{parameter}"
    kind, stage, letter, branch = re.fullmatch(r"(res|bn)(\d)([a-f])_(\w+)", layer).groups()
    block = f"{CAFFE_STAGE[stage]}.{ord(letter) - ord('a')}"
    if branch == "branch1":
        return f"{block}.downsample.{0 if kind == 'res' else 1}.{parameter}"
    return f"{block}.{'conv' if kind == 'res' else 'bn'}{CAFFE_LAYER[branch]}.{parameter}"


def test_features_equal_torchvisions_resnet_turned_into_caffes(network):
    oracle = resnet50(weights=None)
    oracle.conv1 = torch.nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=True)
    for layer in (oracle.layer2, oracle.layer3, oracle.layer4):
        layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    # Caffe's pooling reaches over the right and the bottom edge only.
    oracle.maxpool = torch.nn.Sequential(
        torch.nn.ConstantPad2d((0, 1, 0, 1), -float("inf")), torch.nn.MaxPool2d(3, stride=2)
    )
    oracle.fc = torch.nn.Linear(2048, 1000)
    trunk = {torchvision_key(key): value for key, value in network.trunk.state_dict().items()}
    head = network.head.get_submodule("fc1000_1").state_dict()
    oracle.load_state_dict(trunk | {f"fc.{key}": value for key, value in head.items()})
    oracle.eval()
    images = torch.rand(1, 3, 224, 224)  # RGB/255, without normalisation
    attributes = network.head.get_submodule("attributes_1")
    with torch.inference_mode():
        expected = oracle(images) @ attributes.weight.T + attributes.bias
        features = network.features(images)
        logits = network(images)
    assert features.shape == (1, 2048, 7, 7)
    assert (features < 0).any()
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-4 * float(expected.abs().max()))


def test_pooling_reaches_over_the_right_and_bottom_edge_only():
    pooled = AffactTrunk().pool1(torch.arange(36.0).view(1, 1, 6, 6))
    # Windows begin at 0, 2, 4; the last is cut off by the edge. Nothing is padded at the left.
    assert pooled[0, 0].tolist() == [[14, 16, 17], [26, 28, 29], [32, 34, 35]]


def test_one_block_step_by_step(network):
    features = torch.rand(1, 256, 8, 8)
    state = network.published_state()

    def convolved(name, values, stride=1, padding=0):
        values = functional.conv2d(values, state[f"res3a_{name}.weight"], None, stride, padding)
        mean, var, weight, bias = (
            state[f"bn3a_{name}.{part}"][:, None, None]
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        return (values - mean) / (var + 1e-5).sqrt() * weight + bias

    residual = convolved("branch2a", features, stride=2).clamp_min(0)
    residual = convolved("branch2b", residual, padding=1).clamp_min(0)
    expected = convolved("branch2c", residual) + convolved("branch1", features, stride=2)
    with torch.inference_mode():
        found = network.trunk._residual_sum("3a", features)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_batch_normalisation_has_the_official_networks_epsilon(network):
    found = {part.eps for part in network.modules() if isinstance(part, torch.nn.BatchNorm2d)}
    assert found == {float(np.float32(1e-5))} != {1e-5}


def test_images_are_not_normalised(network):
    images = torch.rand(1, 3, 32, 32)
    assert torch.equal(network.normalize(images), images)
