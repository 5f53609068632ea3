import pytest
import torch
from torch import nn

from heed.networks.network import Head, Network, NotAffineError


def network_with(*layers: nn.Module, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)) -> Network:
    """Three channels of features that are the normalised image itself."""
    named = {f"layer{index}": layer for index, layer in enumerate(layers)}
    return Network("test", nn.Identity(), Head(named), mean, std).eval()


def linear(weight: list[list[float]], bias: list[float]) -> nn.Linear:
    layer = nn.Linear(len(weight[0]), len(weight))
    layer.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
    return layer


def test_logits_worked_out_by_hand():
    network = network_with(linear([[1.0, 2.0, 4.0]], [0.5]), mean=(0.5, 0.0, 0.0), std=(0.5, 1, 1))
    images = torch.tensor([[[[0.0, 1.0]], [[0.0, 0.5]], [[0.25, 0.25]]]])  # (1, 3, 1, 2)
    # Red becomes (-1, 1), rectified to a mean of 0.5; green has a mean of 0.25, blue of 0.25.
    assert network.features(images)[0, 0].tolist() == [[-1.0, 1.0]]
    assert network(images).tolist() == [[0.5 + 2 * 0.25 + 4 * 0.25 + 0.5]]


def test_the_last_relu_leaves_the_features_alone():
    network = network_with(nn.Linear(3, 40))
    features = network.features(torch.randn(2, 3, 7, 7))
    kept = features.clone()
    network.head(features)
    assert torch.equal(features, kept)
    assert (features < 0).any()


def test_effective_head_is_the_product_of_the_layers():
    layers = nn.Linear(3, 100), nn.Linear(100, 40)
    weight, bias = network_with(*layers).effective_head()
    first, second = (layer.double() for layer in layers)
    assert weight.dtype == bias.dtype == torch.float32
    torch.testing.assert_close(weight, (second.weight @ first.weight).float())
    torch.testing.assert_close(bias, (second.weight @ first.bias + second.bias).float())


def test_effective_head_leaves_the_network_as_it_was():
    network = network_with(nn.Linear(3, 40)).train()
    before = network.published_state()["layer0.weight"].clone()
    network.effective_head()
    assert network.training
    assert network.head.get_submodule("layer0").weight.dtype == torch.float32
    assert network.head.get_submodule("layer0").weight.requires_grad
    assert torch.equal(network.published_state()["layer0.weight"], before)


def test_dropout_and_batch_norm_are_affine_when_not_training():
    norm = nn.BatchNorm1d(8)
    norm.running_mean.copy_(torch.randn(8))
    norm.running_var.copy_(torch.rand(8) + 0.1)
    network = network_with(nn.Linear(3, 8), norm, nn.Dropout(), nn.Linear(8, 40))
    weight, bias = network.effective_head()
    pooled = torch.rand(5, 3)
    torch.testing.assert_close(network.head.after_pooling(pooled), pooled @ weight.T + bias)


@pytest.mark.parametrize(
    "activation", [nn.ReLU(), nn.LeakyReLU(0.99), nn.Tanh(), nn.Hardtanh(-50, 50), nn.Softplus()]
)
def test_an_activation_between_the_layers_is_noticed(activation):
    network = network_with(nn.Linear(3, 8), activation, nn.Linear(8, 40))
    with pytest.raises(NotAffineError, match=r"test is not affine .* layer0, layer1, layer2"):
        network.effective_head()


def test_a_head_that_gives_nan_is_not_affine():
    with pytest.raises(NotAffineError):
        network_with(linear([[1.0, float("nan"), 0.0]], [0.0])).effective_head()


def test_a_head_without_linear_layer_is_not_affine():
    with pytest.raises(NotAffineError, match="no linear layer"):
        network_with(nn.Identity()).effective_head()


def test_integer_images_are_refused():
    with pytest.raises(TypeError, match="divide the 8-bit values by 255"):
        network_with(nn.Linear(3, 40))(torch.zeros(1, 3, 8, 8, dtype=torch.uint8))
