"""The layers of known networks, counted by hand, and what is said of others."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision import models

from heed.layers.listing import layers_of
from heed.networks.catalogue import build
from heed.networks.other import other_network
from heed.small_networks.network import small_network
from heed.small_networks.settings import SmallNetwork
from tests.layers.test_calls import hooks_of


def of_torchvision(name: str, size: int = 224):
    """Those of a network whose weights are anything: drawing VGG16's would take seconds."""
    with torch.device("meta"):
        network = models.get_model(name, weights=None)
    return layers_of(network.to_empty(device="cpu"), torch.rand(1, 3, size, size))


def kinds(layers) -> dict[str, int]:
    return dict(Counter(layer.kind for layer in layers))


def test_resnet50():
    """4 stages of 3, 4, 6, 3 blocks: 3 convolutions, 3 calls of one ReLU and a sum in each."""
    layers = of_torchvision("resnet50")
    assert layers.missing == ()
    assert kinds(layers) == {
        "conv": 1 + 16 * 3 + 4,
        "batch_norm": 1 + 16 * 3 + 4,
        "activation": 1 + 16 * 3,
        "sum": 16,
        "pooling": 2,
        "linear": 1,
    }
    assert [(layer.name, layer.kind, layer.shape) for layer in layers[4:16]] == [
        ("layer1.0.conv1", "conv", (64, 56, 56)),
        ("layer1.0.bn1", "batch_norm", (64, 56, 56)),
        ("layer1.0.relu:1", "activation", (64, 56, 56)),
        ("layer1.0.conv2", "conv", (64, 56, 56)),
        ("layer1.0.bn2", "batch_norm", (64, 56, 56)),
        ("layer1.0.relu:2", "activation", (64, 56, 56)),
        ("layer1.0.conv3", "conv", (256, 56, 56)),
        ("layer1.0.bn3", "batch_norm", (256, 56, 56)),
        ("layer1.0.downsample.0", "conv", (256, 56, 56)),
        ("layer1.0.downsample.1", "batch_norm", (256, 56, 56)),
        ("layer1.0.add", "sum", (256, 56, 56)),
        ("layer1.0.relu:3", "activation", (256, 56, 56)),
    ]
    assert [layer.name for layer in layers[-2:]] == ["avgpool", "fc"]
    assert layers[-2].shape == (2048, 1, 1)
    assert layers[-1].shape == (1000,)


def test_the_branches_of_a_resnet_end_at_its_sums():
    ends = of_torchvision("resnet50", 64).choose(kinds=["branch"])
    blocks = [f"layer{s + 1}.{b}" for s, many in enumerate((3, 4, 6, 3)) for b in range(many)]
    expected = [f"{block}.bn3" for block in blocks]
    expected += [f"layer{stage}.0.downsample.1" for stage in (1, 2, 3, 4)]
    assert sorted(layer.name for layer in ends) == sorted(expected)


def test_mobilenet_v2_has_no_activation_behind_a_projection():
    """17 bottlenecks, the first without expansion, 10 of them with a skip."""
    layers = of_torchvision("mobilenet_v2", 64)
    assert layers.missing == ()
    assert kinds(layers) == {
        "conv": 1 + 2 + 16 * 3 + 1,
        "batch_norm": 1 + 2 + 16 * 3 + 1,
        "activation": 1 + 1 + 16 * 2 + 1,
        "sum": 10,
        "pooling": 1,
        "linear": 1,
    }
    kind_of = [layer.kind for layer in layers]
    projections = layers.choose(["features.1.conv.2", "features.*.conv.3"])
    assert len(projections) == 17
    for projection in projections:
        assert projection.kind == "batch_norm"
        behind = kind_of[projection.depth + 1]
        assert behind == ("sum" if projection.ends_branch else "conv")
    assert sum(projection.ends_branch for projection in projections) == 10
    assert "features.3.add" in [layer.name for layer in layers]


def test_vgg16_whose_first_layer_is_the_largest():
    layers = of_torchvision("vgg16")
    assert layers.missing == ()
    assert kinds(layers) == {"conv": 13, "activation": 13 + 2, "pooling": 5 + 1, "linear": 3}
    assert layers[0].features == 3_211_264
    assert layers[0].channels == 64
    assert [layer.name for layer in layers[-5:]] == [f"classifier.{i}" for i in (0, 1, 3, 4, 6)]


def test_the_small_family_calls_relu_as_a_function():
    recipe = SmallNetwork(depth=2, batch_norm=True, dropout=0.5, stride=8, width=4)
    network = small_network(recipe, outputs=3)
    layers = layers_of(network, np.zeros((1, 32, 32, 3), np.uint8))
    assert layers.missing == ()
    # A block's name, its first ReLU, convolution, norm, ReLU, convolution, norm, shortcut, sum.
    assert [(layer.name, layer.kind) for layer in layers[2:11]] == [
        ("trunk.stage1_block1.relu:1", "activation"),
        ("trunk.stage1_block1.conv1", "conv"),
        ("trunk.stage1_block1.norm1", "batch_norm"),
        ("trunk.stage1_block1.relu:2", "activation"),
        ("trunk.stage1_block1.conv2", "conv"),
        ("trunk.stage1_block1.norm2", "batch_norm"),
        ("trunk.stage1_block1.shortcut.0", "conv"),
        ("trunk.stage1_block1.shortcut.1", "batch_norm"),
        ("trunk.stage1_block1.add", "sum"),
    ]
    last = [(layer.name, layer.shape) for layer in layers[-3:]]
    assert last == [("head.relu", (8, 4, 4)), ("head.pool", (8, 1, 1)), ("head.output", (3,))]


@pytest.mark.parametrize("name", ["nano", "torchvision:squeezenet1_1"])
def test_networks_of_the_audit_tell_all(name):
    network = build(name, 5) if name == "nano" else other_network(name, 5)
    layers = layers_of(network, np.zeros((1, 96, 96, 3), np.uint8))
    assert layers.missing == ()
    assert len({layer.name for layer in layers}) == len(layers)
    assert [layer.depth for layer in layers] == list(range(len(layers)))


class Odd(nn.Module):
    """Everything that is not a plain module."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.scale = nn.Parameter(torch.ones(4, 1, 1))
        self.register_buffer("shift", torch.ones(2, 4, 1, 1))
        self.fc = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        functional.relu(self.scale)  # of no image
        x = x + torch.zeros(2, 4, 8, 8) + self.shift  # a constant is no branch
        x = x + x  # nor is a value by itself
        branch = functional.dropout(x * self.scale, training=self.training)
        x = torch.add(input=x, other=branch)
        x = sum([functional.max_pool2d(each, 2) for each in (x, -x)])
        x = x.mean((2, 3))
        x = x + self.fc(x).tanh_()
        return torch.cat([x.mean(1, keepdim=True), x], 1)


def test_functions_of_a_forward():
    layers = layers_of(Odd(), torch.rand(2, 3, 8, 8))
    assert [(layer.name, layer.kind, layer.ends_branch) for layer in layers] == [
        ("conv", "conv", False),
        ("mul", "branch", True),
        ("add:1", "sum", False),
        ("max_pool2d:1", "pooling", True),
        ("max_pool2d:2", "pooling", True),
        ("add:2", "sum", False),
        ("mean:1", "pooling", False),
        ("fc", "linear", False),
        ("tanh", "activation", True),
        ("add:3", "sum", False),
        ("mean:2", "branch", True),  # of a concatenation
    ]
    assert [layer.shape for layer in layers[-5:]] == [(4,)] * 4 + [(1,)]


def test_a_constant_that_features_are_written_into_depends_on_the_images():
    class Gathering(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            gathered = torch.zeros_like(x[:, :1])
            for channel in x.unbind(1):
                gathered.add_(channel[:, None])
            return functional.relu(gathered)

    layers = layers_of(Gathering(), torch.rand(1, 3, 8, 8))
    assert layers[-1].name == "relu"
    room = torch.zeros(2, 3, 8, 8)

    class Kept(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            kept = torch.zeros(2, 3, 8, 8)
            kept.copy_(x)
            return functional.relu(kept) + functional.relu(room.copy_(x))

    names = [layer.name for layer in layers_of(Kept(), torch.rand(1, 3, 8, 8))]
    assert names == ["relu:1", "relu:2", "add"]


class Gated(nn.Module):
    """Takes one of two ways, by a value of its features."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.bright, self.dark = (nn.Conv2d(3, 3, 1, bias=False) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        nn.init.ones_(self.first.weight)
        x = self.first(x)
        return self.bright(x) + x if x.mean() > 1 else self.dark(x)


def test_a_network_that_cannot_be_traced_says_what_may_be_missing():
    network = Gated()
    with pytest.raises(torch.fx.proxy.TraceError):
        torch.fx.symbolic_trace(network)
    bright = layers_of(network, torch.ones(1, 3, 4, 4))
    dark = layers_of(network, torch.zeros(1, 3, 4, 4))
    assert [layer.name for layer in bright] == ["first", "bright", "add"]
    assert [layer.name for layer in dark] == ["first", "dark"]
    (said,) = dark.missing
    assert said.startswith("the network: its code asks for values of features (__bool__)")
    assert "the way of the example" in said


def test_tokens_other_norms_and_torchscript_are_said_to_be_missing():
    class Tokens(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = nn.Conv2d(3, 4, 2, 2), nn.LayerNorm(4)
            self.gelu, self.fc = nn.GELU(), nn.Linear(4, 4)
            self.compiled = torch.jit.script(nn.Sequential(nn.Conv2d(4, 4, 1)))
            self.group = nn.GroupNorm(2, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.conv(x)
            mixed = self.gelu(self.fc(self.norm(x.permute(0, 2, 3, 1)))).permute(0, 3, 1, 2)
            return functional.relu(self.compiled(self.group(x) + mixed))

    layers = layers_of(Tokens(), torch.rand(1, 3, 8, 8))
    assert [(layer.name, layer.kind) for layer in layers] == [
        ("conv", "conv"),
        ("group", "branch"),
        ("add", "sum"),
        ("relu", "activation"),
    ]
    assert layers.missing == (
        "2 layers put out neither (c, h, w) nor (c,) for an image; the first is linear in fc, with "
        "(2, 4, 4, 4) for 2 images",
        "1 calls of layer_norm: only norms of a batch are a kind of layer",
        "compiled: what is inside is TorchScript, which does not tell what it calls",
    )


class Behind(nn.Module):
    """A layer of its own kind behind a convolution."""

    def __init__(self, own: nn.Module) -> None:
        super().__init__()
        self.conv, self.own, self.fc = nn.Conv2d(3, 6, 1), own, nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = self.conv(x).mean(3).transpose(1, 2)  # (N, h, 6)
        if isinstance(self.own, nn.RNNBase):
            return self.fc(self.own(rows)[0][:, -1])
        if isinstance(self.own, nn.MultiheadAttention):
            return self.fc(self.own(rows, rows, rows)[0][:, -1, :5])
        if isinstance(self.own, nn.Bilinear):
            return self.fc(self.own(rows[:, 0], rows[:, 1]))
        states = self.own(rows[:, 0])
        return self.fc(states[0] if isinstance(states, tuple) else states)


@pytest.mark.parametrize(
    ("own", "function"),
    [
        (nn.LSTM(6, 5, batch_first=True), "lstm"),
        (nn.GRU(6, 5, batch_first=True), "gru"),
        (nn.RNN(6, 5, batch_first=True), "rnn_tanh"),
        (nn.RNN(6, 5, batch_first=True, nonlinearity="relu"), "rnn_relu"),
        (nn.LSTMCell(6, 5), "lstm_cell"),
        (nn.GRUCell(6, 5), "gru_cell"),
        (nn.RNNCell(6, 5), "rnn_tanh_cell"),
        (nn.MultiheadAttention(6, 2, batch_first=True), "multi_head_attention_forward"),
        (nn.Bilinear(6, 6, 5), "bilinear"),
    ],
)
def test_layers_of_no_kind_are_said_to_be_missing(own, function):
    layers = layers_of(Behind(own), torch.rand(2, 3, 4, 4))
    assert [layer.name for layer in layers] == ["conv", "fc"]
    assert layers.missing == (f"1 calls of {function}: no kind of layer that is listed",)


def test_the_network_is_afterwards_as_it_was():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Dropout(), nn.ReLU())
    network[1].eval()
    modes = [module.training for module in network.modules()]
    state = {key: value.clone() for key, value in network.state_dict().items()}
    images = torch.rand(2, 3, 4, 4)
    kept = images.clone()
    layers_of(network, images)
    assert [module.training for module in network.modules()] == modes
    assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())
    assert torch.equal(images, kept)
    assert hooks_of(network) == 0
    assert torch.is_grad_enabled()
    with pytest.raises(ValueError, match="3 channels"):
        layers_of(network, torch.rand(2, 1, 4, 4))
    assert [module.training for module in network.modules()] == modes
    assert hooks_of(network) == 0


def test_wrappers_are_looked_through():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    names = [layer.name for layer in layers_of(nn.DataParallel(network), torch.rand(1, 3, 4, 4))]
    assert names == ["0", "1"]


@pytest.mark.parametrize(
    ("network", "example", "said"),
    [
        ("resnet50", torch.rand(1, 3, 4, 4), "found str; expected a torch.nn.Module"),
        (nn.ReLU(), torch.rand(0, 3, 4, 4), "found none; expected at least one"),
        (nn.Flatten(), torch.rand(1, 3, 4, 4), "Flatten calls no layer"),
        (torch.jit.script(nn.ReLU()), torch.rand(1, 3, 4, 4), "no TorchScript"),
    ],
)
def test_what_has_no_layers_is_refused(network, example, said):
    with pytest.raises(ValueError, match=said):
        layers_of(network, example)
