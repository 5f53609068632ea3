import pytest

from heed.layers.calls import Call
from heed.layers.layer import Layer, Layers

LAYERS = Layers(
    [
        Layer("conv1", "conv", 0, (4, 8, 8), False, Call("conv1", "conv2d", 1)),
        Layer("layer1.0.relu:1", "activation", 1, (4, 8, 8), False, Call("l", "relu", 1)),
        Layer("layer1.0.bn2", "batch_norm", 2, (4, 8, 8), True, Call("b", "batch_norm", 1)),
        Layer("layer1.0.add", "sum", 3, (4, 8, 8), False, Call("layer1.0", "add_", 1)),
        Layer("layer1.0.relu:2", "activation", 4, (4, 8, 8), False, Call("l", "relu", 2)),
        Layer("fc", "linear", 5, (10,), False, Call("fc", "linear", 1)),
    ],
    ["something"],
)


def names(layers: Layers) -> list[str]:
    return [layer.name for layer in layers]


@pytest.mark.parametrize(
    ("patterns", "kinds", "expected"),
    [
        (["fc", "conv?"], None, ["conv1", "fc"]),
        (["layer1.0.relu"], None, ["layer1.0.relu:1", "layer1.0.relu:2"]),
        (["layer1.0.relu:2"], None, ["layer1.0.relu:2"]),
        (["*.relu:[1]", "layer1.*:1"], None, ["layer1.0.relu:1"]),
        (["*"], ["sum", "linear"], ["layer1.0.add", "fc"]),
        (["layer1.*"], ["branch", "activation"], [*names(LAYERS[1:3]), "layer1.0.relu:2"]),
        ("fc", "linear", ["fc"]),
    ],
)
def test_layers_by_name_and_kind(patterns, kinds, expected):
    chosen = LAYERS.choose(patterns) if kinds is None else LAYERS.choose(patterns, kinds)
    assert names(chosen) == expected
    assert chosen.missing == ("something",)


@pytest.mark.parametrize(
    ("patterns", "kinds", "said"),
    [
        (["layer2.*"], None, "'layer2.*' matches none of 6 layers; near are 'layer1.0.bn2'"),
        (["conv1", "layer1.0.relu3"], None, "near are 'layer1.0.relu:"),
        (["*RELU*"], None, "near are 'layer1.0.relu:1', 'layer1.0.relu:2'"),
        (["zzz"], None, "near are 'conv1', "),
        (["fc"], ["conv"], "'fc' is no layer of kind conv; found linear"),
        (["fc"], ["relu"], "kinds: found 'relu'; expected conv, batch_norm"),
        ([3], None, "names: found 3 (int); expected text, or a list of texts"),
        (3, None, "names: found 3 (int)"),
        (None, ["conv"], "names: found None (NoneType)"),
        (["fc", LAYERS[0]], None, "names: found Layer(name='conv1'"),
        (["fc"], [["linear"]], "kinds: found ['linear'] (list)"),
        (["fc"], 3, "kinds: found 3 (int)"),
    ],
)
def test_a_pattern_without_a_layer_names_those_that_are_near(patterns, kinds, said):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        LAYERS.choose(patterns) if kinds is None else LAYERS.choose(patterns, kinds)
    assert said in str(error.value)


def test_sizes():
    assert (LAYERS[0].features, LAYERS[0].channels) == (256, 4)
    assert (LAYERS[-1].features, LAYERS[-1].channels) == (10, 10)
    assert len(LAYERS[1:3]) == 2
