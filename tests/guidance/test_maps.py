"""Maps with a graph, held to heed.explain and to a derivative of a derivative."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor, nn
from torchvision import models

import heed
from heed.base.errors import InputError
from heed.guidance.catalogue import LOSSES, map_loss
from heed.guidance.maps import guided_pass, scaled
from heed.guidance.other_network import layer_named
from heed.networks.catalogue import build
from heed.networks.dropout import with_dropout
from heed.networks.network import Head, Network
from heed.networks.other import OtherNetwork

OUTPUTS = [2, 0]


def tiny(*layers: nn.Module, outputs: int = 4, channels: int = 16) -> Network:
    """A network of Heed's own with features of both signs, in float64."""
    torch.manual_seed(0)
    trunk = nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(6, channels, 3, padding=1)
    )
    named = {f"layer{n}": layer for n, layer in enumerate(layers)}
    head = Head(named or {"output": nn.Linear(channels, outputs)})
    network = Network("tiny", trunk, head).double()
    for parameter in network.parameters():
        nn.init.normal_(parameter)
    return network


def images(count: int = 3, side: int = 10, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(count, 3, side, side, generator=generator, dtype=dtype)


def twice_differentiated(network: Network, batch: Tensor, outputs: list[int], layer: str) -> Tensor:
    """The maps by autograd alone, with nothing known of the head."""
    features = network.features(batch)
    logits = network.head(features)
    if layer == "after_relu":
        features = features.relu()
        logits = network.head.after_pooling(features.mean((2, 3)))
    maps = []
    for output in outputs:
        (gradient,) = torch.autograd.grad(logits[:, output].sum(), features, create_graph=True)
        weights = gradient.mean((2, 3), keepdim=True)
        maps.append((weights * features).sum(1))
    return torch.stack(maps, 1)


def gradients(network: nn.Module, value: Tensor) -> list[Tensor]:
    found = torch.autograd.grad(value, list(network.parameters()), allow_unused=True)
    return [
        torch.zeros_like(p) if g is None else g
        for p, g in zip(network.parameters(), found, strict=True)
    ]


HEADS: dict[str, Callable[[], tuple[nn.Module, ...]]] = {
    "linear": tuple,
    "two_layers": lambda: (nn.Linear(16, 4), nn.Linear(4, 4)),
    "leaky": lambda: (nn.Linear(16, 4), nn.LeakyReLU(), nn.Linear(4, 4)),
}


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
@pytest.mark.parametrize("head", HEADS)
def test_own_networks_have_the_maps_and_the_gradients_of_a_derivative_of_a_derivative(
    head: str, layer: str
) -> None:
    network, batch = tiny(*HEADS[head]()), images()
    signs = torch.tensor([[-1.0, 1], [1, -1], [-1, 1]])
    found = guided_pass(network, batch, OUTPUTS, layer, signs)
    raw = twice_differentiated(network, batch, OUTPUTS, layer)
    expected = (raw * signs[..., None, None]).relu()
    assert torch.equal(found.logits, network(batch))
    assert found.maps.count_nonzero() > 20
    torch.testing.assert_close(found.maps, expected, rtol=0, atol=1e-12)
    weights = torch.rand(found.maps.shape, dtype=torch.float64)
    of_found = gradients(network, (found.maps * weights).sum() + found.logits.square().sum())
    of_expected = gradients(network, (expected * weights).sum() + network(batch).square().sum())
    for one, other in zip(of_found, of_expected, strict=True):
        assert other.abs().max() > 0
        torch.testing.assert_close(one, other, rtol=0, atol=1e-6 * float(other.abs().max()))


def explained(network: nn.Module, batch: Tensor, **told: Any) -> np.ndarray:
    return np.maximum(heed.explain(network, batch, outputs=OUTPUTS, **told).maps, 0)


def small_alexnet() -> nn.Module:
    torch.manual_seed(0)
    return models.alexnet(weights=None, num_classes=4)


def small_transformer() -> nn.Module:
    torch.manual_seed(0)
    network = models.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=4)
    nn.init.normal_(network.heads.head.weight)
    return network


STRANGERS: dict[str, tuple[Any, str, int, dict[str, Any]]] = {
    "alexnet": (small_alexnet, "features.10", 96, {}),
    "alexnet_rectified_in_place": (small_alexnet, "features.11", 96, {}),
    "resnet": (lambda: models.resnet18(weights=None, num_classes=4), "layer4", 64, {}),
    "tokens": (
        small_transformer, "encoder.layers.encoder_layer_1.ln_1", 32, {"reshape": "tokens"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("stranger", STRANGERS)
def test_any_network_has_the_maps_of_explain_and_weights_that_learn_of_them(stranger: str) -> None:
    make, layer, side, told = STRANGERS[stranger]
    network = make().eval()
    batch = images(2, side, torch.float32)
    expected = explained(network, batch, layer=layer, **told)
    found = guided_pass(network, batch, OUTPUTS, layer, **told)
    np.testing.assert_allclose(
        found.maps.detach(), expected, rtol=1e-4, atol=1e-5 * float(expected.max())
    )
    with torch.no_grad():
        torch.testing.assert_close(found.logits, network(batch))
    scaled(found.maps).mean().backward()
    learning = [name for name, p in network.named_parameters() if p.grad is not None]
    assert all(p.grad.isfinite().all() for p in network.parameters() if p.grad is not None)
    assert any(p.grad is not None and p.grad.any() for p in list(network.parameters())[-2:])
    assert next(iter(network.named_parameters()))[0] in learning
    assert not any(module._forward_hooks for module in network.modules())


def test_gradients_through_any_network_are_those_of_finite_differences() -> None:
    torch.manual_seed(4)
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 4, 3), nn.Flatten(), nn.Linear(64, 6),
        nn.Softplus(), nn.Linear(6, 3),
    ).double()  # fmt: skip
    batch = images(2, 8)

    def value() -> Tensor:
        return (guided_pass(network, batch, [1, 2], "2").maps * cells).sum()

    cells = torch.rand(2, 2, 4, 4, dtype=torch.float64)
    assert value() > 0
    found = gradients(network, value())
    for parameter, gradient in zip(network.parameters(), found, strict=True):
        for place in (0, parameter.numel() // 2):
            with torch.no_grad():
                flat, step = parameter.view(-1), 1e-6
                before = float(flat[place])
                flat[place] = before + step
                above = float(value())
                flat[place] = before - step
                below = float(value())
                flat[place] = before
            slope = (above - below) / (2 * step)
            assert float(gradient.flatten()[place]) == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_signs_choose_the_map_of_minus_z() -> None:
    network, batch = tiny(), images()
    plus, minus = (
        guided_pass(network, batch, OUTPUTS, signs=torch.full((2,), sign)).maps
        for sign in (1.0, -1.0)
    )
    raw = twice_differentiated(network, batch, OUTPUTS, "before_relu")
    torch.testing.assert_close(plus, raw.relu())
    assert not (plus * minus).any()
    assert minus.any()
    predicted = guided_pass(network, batch, OUTPUTS, signs="predicted")
    positive = (predicted.logits[:, OUTPUTS] > 0)[..., None, None]
    torch.testing.assert_close(predicted.maps, torch.where(positive, plus, minus))
    assert not guided_pass(network, batch, OUTPUTS, signs=torch.zeros(3, 2)).maps.any()


def test_signs_and_layers_may_be_given_as_it_comes() -> None:
    network, batch = tiny(), images()
    expected = guided_pass(network, batch, OUTPUTS, "trunk.2", torch.tensor([1.0, -1.0])).maps
    for signs in ([1, -1], np.array([1.0, -1.0]), torch.tensor([1, -1])):
        assert torch.equal(guided_pass(network, batch, OUTPUTS, "trunk.2", signs).maps, expected)
    assert torch.equal(
        guided_pass(network, batch, OUTPUTS, network.trunk[2], [1, -1]).maps, expected
    )


@pytest.mark.parametrize("layer", ["0", None])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_images_in_another_precision_than_the_weights_are_told_with_both(layer, dtype) -> None:
    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    message = rf"images: found {dtype} on cpu; the network, with weights torch.float32 on cpu, says"
    with pytest.raises(InputError, match=message):
        guided_pass(network, images(dtype=dtype), [0], layer)


def test_what_a_network_raises_of_its_own_passes() -> None:
    class Broken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(3, 2, 3)

        def forward(self, pixels: Tensor) -> Tensor:
            raise ValueError("no answer today")

    with pytest.raises(ValueError, match=r"^no answer today$"):
        guided_pass(Broken(), images(dtype=torch.float32), [0], "first")


def test_other_networks_of_heed_name_their_layer_themselves() -> None:
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    network = OtherNetwork("python:a:b", nn.Sequential(*inner, nn.Linear(4, 3)), "0", None)
    batch = images(2, 8, torch.float32)
    by_name = guided_pass(network, batch, OUTPUTS, "0").maps
    assert torch.equal(guided_pass(network, batch, OUTPUTS).maps, by_name)
    assert torch.equal(guided_pass(network, batch, OUTPUTS, "network.0").maps, by_name)
    assert layer_named(network, batch, "network.0") == "0"
    assert not torch.equal(guided_pass(network, batch, OUTPUTS, "auto").maps, by_name)


def test_without_a_graph_the_maps_are_the_same() -> None:
    for network, layer in ((tiny(*HEADS["leaky"]()), None), (tiny(), "trunk.2")):
        with_graph = guided_pass(network, images(), OUTPUTS, layer)
        for mode in (torch.no_grad, torch.inference_mode):
            with mode():
                without = guided_pass(network, images(), OUTPUTS, layer)
                assert not torch.is_grad_enabled()
            assert not without.maps.requires_grad
            assert not without.logits.requires_grad
            torch.testing.assert_close(without.maps, with_graph.maps.detach())


def test_a_frozen_trunk_still_has_maps_from_which_the_head_learns() -> None:
    for layer in (None, "trunk.2"):
        network = tiny()
        network.trunk.requires_grad_(False)
        guided_pass(network, images(), OUTPUTS, layer).maps.sum().backward()
        assert network.head.output.weight.grad.any()
        assert network.trunk[0].weight.grad is None


def test_dropout_between_linear_layers_is_left_out_of_the_maps() -> None:
    torch.manual_seed(0)
    network = with_dropout(build("nano_ext", 4), 0.5).train()
    batch = images(2, 64, torch.float32)
    training = guided_pass(network, batch, OUTPUTS)
    assert all(module.training for module in network.modules())
    network.head.eval()
    answering = guided_pass(network, batch, OUTPUTS)
    torch.testing.assert_close(training.maps, answering.maps)
    assert not torch.allclose(training.logits, answering.logits)


def test_batch_normalisation_behind_the_layer_is_refused_while_it_mixes_images() -> None:
    network = models.resnet18(weights=None, num_classes=4)
    batch = images(2, 64, torch.float32)
    with pytest.raises(InputError, match=r"behind it layer4.0.bn1, .* normalise by the batch"):
        guided_pass(network, batch, OUTPUTS, "layer3")
    guided_pass(network, batch, OUTPUTS, "layer4")
    for module in network.layer4.modules():
        module.eval()
    both = guided_pass(network.eval(), batch, OUTPUTS, "layer3").maps
    alone = guided_pass(network, batch[:1], OUTPUTS, "layer3").maps
    torch.testing.assert_close(both[:1], alone, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"outputs": [4]}, "outputs: found"),
        ({"layer": "trunk.3"}, "has no such layer; did you mean 'trunk.2'"),
        ({"layer": "head.output"}, r"puts out \(3, 4\); expected features"),
        ({"signs": torch.ones(3)}, r"signs: found shape \(3,\)"),
        ({"signs": "present"}, "signs: found 'present'"),
        ({"signs": [1, -1, 0]}, r"signs: found shape \(3,\)"),
        ({"signs": [1, 2.5]}, "signs: found 2.5; expected -1, 0 or 1"),
        ({"signs": torch.tensor([torch.nan, 1])}, "signs: found nan; expected"),
        ({"signs": np.array([True, False])}, "signs: found torch.bool; expected"),
        ({"signs": [1, None]}, r"signs: found \[1, None\]"),
        ({"layer": ["trunk.0", "trunk.2"]}, r"layer: found \['trunk.0', 'trunk.2'\]; expected one"),
        ({"layer": nn.ReLU()}, "ReLU is not a layer of Network"),
        ({"images": torch.zeros(1, 3, 8, 8, dtype=torch.uint8)}, "divide 8-bit values"),
        ({"images": images().numpy()}, "images: found ndarray; expected a tensor"),
        ({"images": images()[0]}, r"images: found \(3, 10, 10\); expected \(B, 3, S, S\)$"),
        ({"images": images().permute(0, 2, 3, 1)}, r"\(3, 10, 10, 3\); .*images.permute"),
    ],
)
def test_what_does_not_fit_is_refused(told: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"images": images(), "outputs": OUTPUTS} | told
    with pytest.raises(InputError, match=message):
        guided_pass(tiny(), **given)


def test_scaled_maps_are_those_that_scores_see_and_empty_ones_stay_empty() -> None:
    from heed.explain.postprocess import stretch

    maps = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(scaled(maps), stretch(maps.numpy()), atol=1e-6)
    flat = torch.stack([torch.zeros(4, 4), torch.full((4, 4), 0.3)]).requires_grad_()
    assert not scaled(flat).any()
    scaled(flat).sum().backward()
    assert flat.grad is not None
    assert not flat.grad.any()  # else a map of one cell, or of equal ones, would throw weights far


@settings(max_examples=100, deadline=None)
@given(
    arrays(np.float32, (2, 1, 3, 3), elements=st.floats(0, 1e6, width=32) | st.just(np.float32(0)))
)
def test_scaled_maps_and_their_gradients_are_finite_whatever_the_maps(values: np.ndarray) -> None:
    maps = torch.from_numpy(values).requires_grad_()
    found = scaled(maps)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found.detach().amin((2, 3)) == 0).all()
    found.square().sum().backward()
    assert maps.grad is not None
    assert maps.grad.isfinite().all()


@pytest.mark.parametrize("name", [name for name in LOSSES if LOSSES[name].looks])
@pytest.mark.parametrize("layer", [None, "trunk.2"])
def test_an_empty_map_moves_no_weight(name: str, layer: str | None) -> None:
    network, batch = tiny(), images()
    signs = torch.tensor([[0.0, 1], [1, 0], [0, 0]])
    maps = guided_pass(network, batch, OUTPUTS, layer, signs).maps
    losses = map_loss(name)(scaled(maps), torch.eye(5))
    assert losses.isfinite().all()
    empty = ~maps.detach().amax((2, 3)).bool()
    assert empty.sum() >= 4
    assert not any(gradient.any() for gradient in gradients(network, losses[empty].sum()))


def test_minimum_and_maximum_are_constants_to_the_gradient() -> None:
    maps = torch.tensor([[1.0, 2.0, 5.0]], requires_grad=True)
    scaled(maps).sum().backward()
    torch.testing.assert_close(maps.grad, torch.full((1, 3), 0.25), rtol=1e-6, atol=0)
