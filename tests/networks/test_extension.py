import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer
from heed.networks.architectures.nano import nano
from heed.networks.catalogue import build
from heed.networks.extension import EXTENSION_LAYER, extended, make_identity
from heed.networks.network import Head, Network
from heed.networks.weights import load_network, save_weights


@pytest.fixture
def network():
    torch.manual_seed(4)
    return build("nano_ext", 40).eval()


def layer_of(network, name):
    layer = network.head.get_submodule(name)
    assert isinstance(layer, nn.Linear)
    return layer


def test_logits_are_those_of_the_base_times_the_new_layer():
    torch.manual_seed(4)
    base = nano(40).eval()
    network = extended(base).eval()
    assert network.name == "nano_ext"
    layer = layer_of(network, "fc52")
    assert layer.weight.shape == (40, 40)
    images = torch.rand(3, 3, 96, 96)
    with torch.inference_mode():
        logits, expected = network(images), base(images) @ layer.weight.T + layer.bias
        assert torch.equal(network.normalize(images), base.normalize(images))
    torch.testing.assert_close(logits, expected)
    assert (logits < 0).any()  # no activation cuts them off
    assert not torch.allclose(logits, base(images), atol=0.01)


def leaky(numbers):
    return torch.where(numbers > 0, numbers, 0.01 * numbers)


def test_with_leaky_relus_logits_are_those_of_the_base_passed_through_one():
    torch.manual_seed(4)
    base = nano(40).eval()
    network = extended(base, leaky=True).eval()
    assert network.name == "nano_ext_leaky"
    layer = layer_of(network, "fc52")
    images = torch.rand(3, 3, 96, 96)
    with torch.inference_mode():
        expected = leaky(base(images)) @ layer.weight.T + layer.bias
        torch.testing.assert_close(network(images), expected)
        assert (network(images) < 0).any()  # none behind the last layer


def test_leaky_relus_stand_between_all_layers():
    with torch.device("meta"):
        layers = build("resnet51_ext_leaky", 40).head.layer_names
    assert layers == ("fc", "leaky_relu_fc51", "fc51", "leaky_relu_fc52", "fc52")


def test_the_head_collapses_to_the_product_of_its_layers(network):
    weight, bias = network.effective_head()
    first, second = (layer_of(network, name).double() for name in ("attributes", "fc52"))
    product = second.weight @ first.weight
    torch.testing.assert_close(weight, product.float(), rtol=1e-6, atol=1e-8)
    expected = second.weight @ first.bias + second.bias
    torch.testing.assert_close(bias, expected.float(), rtol=1e-6, atol=1e-8)


def test_three_layers_of_resnet51_ext_collapse():
    with torch.device("meta"):
        layers = build("resnet51_ext", 40).head.layer_names
    assert layers == ("fc", "fc51", "fc52")
    fc, fc51, fc52 = nn.Linear(2048, 1000), nn.Linear(1000, 40), nn.Linear(40, 40)
    head = Head({"fc": fc, "fc51": fc51, "fc52": fc52})
    weight, bias = Network("three", nn.Identity(), head).effective_head()
    fc, fc51, fc52 = fc.double(), fc51.double(), fc52.double()
    torch.testing.assert_close(weight, (fc52.weight @ fc51.weight @ fc.weight).float())
    torch.testing.assert_close(
        bias, (fc52.weight @ (fc51.weight @ fc.bias + fc51.bias) + fc52.bias).float()
    )


@pytest.mark.parametrize("method", ["gradcam", "hirescam"])
def test_maps_are_those_of_the_gradient(network, method):
    images = np.random.default_rng(3).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    explainer = Explainer(network, {method: METHODS[method]}, "before_relu")
    maps = explainer(images).maps[method]
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    features = network.features(pixels).detach().requires_grad_()
    for attribute in (0, 17, 39):
        logits = network.head(features)
        (gradient,) = torch.autograd.grad(logits[:, attribute].sum(), features)
        if method == "gradcam":
            gradient = gradient.mean(dim=(2, 3), keepdim=True)
        expected = (gradient * features).sum(dim=1).detach()
        np.testing.assert_allclose(maps[:, attribute], expected, rtol=1e-4, atol=1e-7)


def test_the_trunk_draws_the_weights_of_the_base():
    torch.manual_seed(11)
    base = build("nano", 40).published_state()
    torch.manual_seed(11)
    state = build("nano_ext", 40).published_state()
    assert set(state) - set(base) == {"fc52.weight", "fc52.bias"}
    assert all(torch.equal(state[key], base[key]) for key in base)


def test_the_new_layer_has_the_default_initialisation(network):
    layer = layer_of(network, EXTENSION_LAYER)
    bound = 40**-0.5
    assert 0.9 * bound < layer.weight.abs().max() <= bound
    assert layer.bias.abs().max() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.05)


def test_as_the_identity_it_changes_nothing():
    base = nano(40).eval()
    network = extended(base).eval()
    make_identity(network)
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(network(images), base(images))
    logits = network(images)
    functional.mse_loss(logits, torch.zeros_like(logits)).backward()
    assert layer_of(network, "fc52").weight.grad is not None


@pytest.mark.parametrize("name", ["nano_ext", "nano_ext_leaky"])
def test_it_comes_back_from_a_file(name, tmp_path):
    path = tmp_path / "extension.safetensors"
    network = build(name, 40).eval()
    save_weights(network, path)
    loaded = load_network(path)
    assert loaded.name == name
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(loaded(images), network(images))


def test_nothing_is_extended_twice(network):
    with pytest.raises(ValueError, match="nano_ext has a layer fc52 already"):
        extended(network)
