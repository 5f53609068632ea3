import hashlib

import pytest
from torch import nn

from heed.audit.page.weights import read_weights, sha256
from heed.networks.catalogue import build
from heed.networks.weights import save_weights


@pytest.mark.parametrize("name", ["nano", "resnet18"])
def test_weights_are_counted_as_torch_counts_them(tmp_path, name) -> None:
    network, file = build(name, 40), tmp_path / "1.safetensors"
    save_weights(network, file)
    found = read_weights(file)
    assert found.trained == sum(each.numel() for each in network.parameters())
    layers = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    assert found.counted == sum(each.numel() for layer in layers for each in layer.buffers())
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest() == sha256(file)


def test_the_same_weights_have_the_same_hash(tmp_path) -> None:
    network = build("nano", 40)
    for name in ("a", "b"):
        save_weights(network, tmp_path / name)
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")
