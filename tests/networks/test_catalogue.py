import pytest
import torch

from heed.networks.catalogue import NETWORKS, build
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
    network = build(name)
    published = network.published_state()
    assert len(published) == len(network.state_dict())
    for key, tensor in network.state_dict().items():
        assert published[key.split(".", 1)[1]] is not None
        assert published[key.split(".", 1)[1]].shape == tensor.shape


def test_an_unknown_network_is_refused():
    with pytest.raises(ValueError, match="'vgg'; there are nano, resnet51, affact"):
        build("vgg")


def test_only_resnet51_starts_from_pretrained_weights():
    with pytest.raises(WeightsError, match="nano cannot start from pretrained weights"):
        build("nano", pretrained_state={})
