from typing import get_args

import pytest
import torch

from heed.networks.catalogue import BASES, IMAGENET_STARTS, NETWORKS, build
from heed.networks.resnets import IMAGENET_NETWORKS
from heed.networks.settings import NetworkName
from heed.networks.state import WeightsError


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_its_name_and_forty_logits(name):
    network = build(name).eval()
    assert network.name == name
    with torch.inference_mode():
        images = torch.rand(1, 3, 64, 64)
        assert network(images).shape == (1, 40)
        assert network.features(images).shape[2:] == (2, 2)


@pytest.mark.parametrize("name", NETWORKS)
def test_published_keys_are_all_of_the_state(name):
    with torch.device("meta"):
        network = build(name)
    published = network.published_state()
    assert len(published) == len(network.state_dict())
    for key, tensor in network.state_dict().items():
        assert published[key.split(".", 1)[1]] is not None
        assert published[key.split(".", 1)[1]].shape == tensor.shape


@pytest.mark.parametrize("name", ["nano", "nano_ext", "affact"])
def test_the_head_is_affine(name):
    weight, bias = build(name).effective_head()
    assert weight.shape[0] == 40
    assert bias.shape == (40,)


def test_parameters_name_these_networks():
    assert get_args(NetworkName) == tuple(NETWORKS)
    assert BASES.keys() | BASES.values() <= NETWORKS.keys()
    assert IMAGENET_STARTS.keys() <= NETWORKS.keys()
    assert set(IMAGENET_STARTS.values()) == IMAGENET_NETWORKS.keys()


def test_an_unknown_network_is_refused():
    names = "nano, nano_ext, resnet51, resnet51_ext, resnet153, affact"
    with pytest.raises(ValueError, match=f"'vgg'; there are {names}"):
        build("vgg")


@pytest.mark.parametrize("name", ["nano", "nano_ext", "affact"])
def test_only_torchvisions_networks_start_from_pretrained_weights(name):
    with pytest.raises(WeightsError, match=f"{name} cannot start from pretrained weights, only re"):
        build(name, pretrained_state={})


@pytest.mark.parametrize(("name", "imagenet"), IMAGENET_STARTS.items())
def test_wrong_pretrained_weights_are_refused(name, imagenet):
    with (
        torch.device("meta"),
        pytest.raises(WeightsError, match=f"misses conv1.weight.*--network {imagenet} -o"),
    ):
        build(name, pretrained_state={})
