import copy

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torch.nn.utils import parametrizations, parametrize
from torch.nn.utils import weight_norm as old_weight_norm

from heed.metrics.perturbing.random_weights import randomised
from tests.metrics.perturbing.test_model_randomisation import network

LAYERS = ["7", "3", "1", "0"]


def differs(one, other):
    known, found = one.state_dict(), other.state_dict()
    return {key.split(".")[0] for key in known if not torch.equal(known[key], found[key])}


@pytest.mark.parametrize("order", ["full", "cascading", "independent"])
def test_layers_are_drawn_anew_in_order(order):
    trained = network()
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter += 0.1  # batch norms have no chance in them
    before, state = copy.deepcopy(trained), torch.get_rng_state()
    found = [(layers, differs(trained, copied)) for layers, copied in randomised(trained, order, 3)]
    cascade = [tuple(LAYERS[: i + 1]) for i in range(4)]
    expected = {"full": [cascade[-1]], "cascading": cascade, "independent": [(x,) for x in LAYERS]}
    assert found == [(layers, set(layers)) for layers in expected[order]]
    assert not differs(before, trained)
    assert torch.equal(torch.get_rng_state(), state)
    last = list(randomised(trained, order, 3))[-1][1]
    again = list(randomised(trained, order, 3))[-1][1]
    assert not differs(last, again)
    assert differs(last, list(randomised(trained, order, 30))[-1][1])


def unchanged(trained, copied):
    """The names of the parameters that are what they were, in part or as a whole."""
    known = dict(trained.named_parameters())
    return [name for name, found in copied.named_parameters() if (found == known[name]).any()]


def trained(net):
    """No parameter is as it was drawn or set."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += 0.1 * torch.randn(parameter.shape)
    return net.eval()


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.full((1, 1, 4), 0.02))
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True, add_bias_kv=True)
        self.last = nn.Linear(4, 3)


VIT = torchvision.models.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=3)
NETWORKS = {
    "attention": Attention(),
    "vision transformer": VIT,
    "layer scales": torchvision.models.convnext.CNBlock(4, 1e-6, 0.0),
    "weight norm": nn.Sequential(
        parametrizations.weight_norm(nn.Conv2d(3, 4, 3, bias=False)), nn.ReLU(),
        nn.Flatten(), parametrizations.weight_norm(nn.Linear(16, 2)),
    ),
    "spectral norm": nn.Sequential(parametrizations.spectral_norm(nn.Linear(5, 4))),
    "orthogonal": nn.Sequential(parametrizations.orthogonal(nn.Linear(5, 4))),
    "norms, recurrence, embeddings": nn.Sequential(
        nn.GroupNorm(1, 3), nn.PReLU(3), nn.LSTM(3, 2), nn.Embedding(5, 4), nn.InstanceNorm2d(2)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("order", ["full", "cascading", "independent"])
def test_every_parameter_of_a_layer_that_is_named_is_random(name, order):
    net = trained(copy.deepcopy(NETWORKS[name]))
    before = copy.deepcopy(net)
    by_layer = {}
    for key, _ in net.named_parameters():
        owner = key.split(".parametrizations")[0]
        by_layer.setdefault(owner if owner != key else key.rpartition(".")[0], set()).add(key)
    found = [(layers, set(unchanged(net, copied))) for layers, copied in randomised(net, order, 3)]
    every = {key for key, _ in net.named_parameters()}
    for layers, same in found:
        assert same == every - set().union(*(by_layer[layer] for layer in layers))
    assert set().union(*(layers for layers, _ in found)) == set(by_layer)
    assert not differs(before, net)


def test_a_parametrised_weight_is_as_its_layer_draws_it():
    plain = nn.Conv2d(3, 4, 3, bias=False)
    net = nn.Sequential(trained(parametrizations.weight_norm(copy.deepcopy(plain))))
    ((_, expected),) = randomised(nn.Sequential(plain), "full", 3)
    ((layers, found),) = randomised(net, "full", 3)
    assert layers == ("0",)
    torch.testing.assert_close(found[0].weight, expected[0].weight)


def test_a_parametrisation_that_cannot_be_turned_back_has_random_originals():
    class Doubled(nn.Module):
        def forward(self, weights):
            return 2 * weights

    net = nn.Sequential(nn.Linear(30, 40))
    parametrize.register_parametrization(net[0], "weight", Doubled())
    with torch.no_grad():
        net[0].parametrizations.weight.original.mul_(7)
    ((_, found),) = randomised(net, "full", 3)
    assert unchanged(net, found) == []
    size = [each[0].weight.square().mean().sqrt().item() for each in (net, found)]
    assert size[1] == pytest.approx(size[0], rel=0.1)


def test_what_no_layer_draws_keeps_its_size():
    net = Attention()
    with torch.no_grad():
        net.attention.in_proj_weight.normal_(std=5)
    ((layers, found),) = randomised(net, "full", 3)
    assert layers == ("last", "attention.out_proj", "attention", "")
    drawn = found.attention.in_proj_weight
    assert drawn.std().item() == pytest.approx(5, rel=0.2)
    assert abs(drawn.mean().item()) < 2
    assert not found.attention.in_proj_bias.any()  # 0 before
    assert 0 < found.token.abs().max() < 0.1


@pytest.mark.parametrize("asked", [False, True])
def test_old_style_weight_norms_are_copied_whether_they_have_computed_or_not(asked):
    net = nn.Sequential(old_weight_norm(nn.Linear(5, 4)))
    images = torch.ones(1, 5)
    if asked:
        net(images)
    ((_, found),) = randomised(net, "full", 3)
    assert unchanged(net, found) == []
    assert not np.allclose(net(images).detach(), found(images).detach())


def test_what_cannot_be_drawn_anew_is_refused_at_once():
    with pytest.raises(ValueError, match="no layer of Sequential has weights"):
        randomised(nn.Sequential(nn.ReLU()), "full", 0)
    with pytest.raises(ValueError, match="order: found 'backwards'"):
        randomised(network(), "backwards", 0)
    net = network()
    net.kept = [net[0].weight * 2]
    with pytest.raises(ValueError, match=r"network: Sequential cannot be copied \("):
        next(randomised(net, "full", 0))
