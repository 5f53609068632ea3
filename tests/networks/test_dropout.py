import pytest
import torch
from torch import nn

from heed.networks.catalogue import build
from heed.networks.dropout import with_dropout
from heed.networks.network import Head, Network
from heed.networks.weights import load_network, save_weights


def test_each_number_between_the_layers_is_dropped_with_the_probability() -> None:
    """With layers that pass their input on, logits are 0 or the input over 1 - p."""
    head = Head({"one": nn.Linear(3, 3), "two": nn.Linear(3, 3)})
    for layer in (head.get_submodule("one"), head.get_submodule("two")):
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
    torch.manual_seed(0)
    network = with_dropout(Network("two", nn.Identity(), head), 0.25).train()
    logits = network.head.after_pooling(torch.full((4000, 3), 6.0))
    assert set(logits.unique().tolist()) == {0.0, 8.0}
    assert (logits == 0).float().mean().item() == pytest.approx(0.25, abs=0.02)
    shared = ((logits[:, 0] == 0) == (logits[:, 1] == 0)).float().mean().item()
    assert shared == pytest.approx(0.25**2 + 0.75**2, abs=0.03)  # independently of each other


@pytest.mark.parametrize("name", ["nano_ext", "nano_ext_leaky"])
def test_when_it_is_not_trained_nothing_is_dropped_and_files_know_nothing_of_it(name, tmp_path):
    torch.manual_seed(1)
    plain = build(name, 5)
    network = with_dropout(plain, 0.5)
    save_weights(plain, tmp_path / "plain.safetensors")
    save_weights(network, tmp_path / "dropped.safetensors")
    first, second = (tmp_path / f"{kind}.safetensors" for kind in ("plain", "dropped"))
    assert first.read_bytes() == second.read_bytes()
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(network.eval()(images), load_network(second)(images))
        assert not torch.equal(network.train()(images), network.eval()(images))


def test_a_head_of_one_layer_has_no_place_for_it() -> None:
    with pytest.raises(ValueError, match=r"found 0\.5 for nano, whose head has one layer; .*_ext"):
        with_dropout(build("nano", 2), 0.5)
