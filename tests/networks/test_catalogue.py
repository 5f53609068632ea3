import subprocess
import sys
from typing import get_args

import pytest
import torch
from torch import nn

from heed.networks.catalogue import BASES, IMAGENET_STARTS, NETWORKS, build
from heed.networks.network import NotAffineError
from heed.networks.resnets import IMAGENET_FILES
from heed.networks.settings import NETWORK_NAMES, NetworkName, is_affine
from heed.networks.state import WeightsError


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_its_name_and_as_many_logits_as_asked_for(name):
    network = build(name, 3).eval()
    assert network.name == name
    with torch.inference_mode():
        images = torch.rand(1, 3, 64, 64)
        assert network(images).shape == (1, 3)
        assert network.features(images).shape[2:] == (2, 2)


@pytest.mark.parametrize("name", NETWORKS)
def test_published_keys_are_all_of_the_state(name):
    with torch.device("meta"):
        network = build(name, 40)
    published = network.published_state()
    assert len(published) == len(network.state_dict())
    for key, tensor in network.state_dict().items():
        assert published[key.split(".", 1)[1]] is not None
        assert published[key.split(".", 1)[1]].shape == tensor.shape


@pytest.mark.parametrize("name", ["nano", "nano_ext", "affact"])
def test_the_head_is_affine(name):
    weight, bias = build(name, 40).effective_head()
    assert weight.shape[0] == 40
    assert bias.shape == (40,)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_name_says_whether_the_head_is_affine(name):
    with torch.device("meta"):
        head = build(name, 40).head
    linear = [isinstance(head.get_submodule(layer), nn.Linear) for layer in head.layer_names]
    assert all(linear) == is_affine(name)


def test_a_leaky_head_has_no_closed_form():
    with pytest.raises(NotAffineError, match="the head of nano_ext_leaky is not affine"):
        build("nano_ext_leaky", 40).effective_head()


def test_parameters_name_these_networks():
    assert get_args(NetworkName) == NETWORK_NAMES == tuple(NETWORKS)
    assert set(NETWORKS) >= {"affact", "nano", "nano_ext", "resnet153", "resnet51", "resnet51_ext"}
    assert BASES.keys() | BASES.values() <= NETWORKS.keys()
    assert IMAGENET_STARTS.keys() <= NETWORKS.keys()
    assert set(IMAGENET_STARTS.values()) == IMAGENET_FILES.keys()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_output_layer_has_the_outputs(name):
    with torch.device("meta"):
        state = build(name, 7).published_state()
    assert len(state[f"{NETWORKS[name].output_layer}.weight"]) == 7
    assert len(state[f"{NETWORKS[name].output_layer}.bias"]) == 7


def test_names_need_no_torch():
    """The inventory checks them at every ``dvc repro``."""
    code = "import sys, heed.networks.settings; print(sorted({'torch', 'cv2'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_a_network_that_needs_no_torchvision_does_not_import_it():
    """Which takes a second, at every forward pass of a nano."""
    code = "import sys; from heed.networks.catalogue import build; import heed.networks.weights; "
    code += "build('nano', 2); print('torchvision' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


def test_an_unknown_network_is_refused():
    names = "affact, nano, nano_ext, nano_ext_leaky, resnet101, resnet152, resnet153, resnet18, "
    with pytest.raises(ValueError, match=f"'vgg'; there are {names}"):
        build("vgg", 40)


@pytest.mark.parametrize("name", ["nano", "nano_ext", "affact"])
def test_only_torchvisions_networks_start_from_pretrained_weights(name):
    with pytest.raises(WeightsError, match=f"{name} cannot start from pretrained weights, only re"):
        build(name, 40, pretrained_state={})


@pytest.mark.parametrize(("name", "imagenet"), IMAGENET_STARTS.items())
def test_wrong_pretrained_weights_are_refused(name, imagenet):
    with (
        torch.device("meta"),
        pytest.raises(WeightsError, match=f"misses conv1.weight.*--network {imagenet} -o"),
    ):
        build(name, 40, pretrained_state={})
