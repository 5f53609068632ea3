"""Devices and precisions. What needs a GPU is skipped without one."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

import heed
from heed.explain.catalogue import METHODS
from heed.explain.devices import check_precision, computing, device_named, rounded, unrounded
from heed.explain.forward import Explainer
from heed.networks.catalogue import build
from tests.explain.strangers import Plain, deep, pooled

gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
CPU = torch.device("cpu")
CHOSEN = {name: METHODS[name] for name in ("gradcam", "hirescam")}


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_auto_is_the_best_that_is_there(no_gpu, monkeypatch):
    assert device_named("auto") == CPU
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device_named("auto") == torch.device("mps", 0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    assert device_named("auto") == device_named("cuda:1") == torch.device("cuda", 1)
    with pytest.raises(ValueError, match=r"'cuda:2', but torch .* finds 2 CUDA GPUs"):
        device_named("cuda:2")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpu", r"infer\.device: found 'gpu'; expected auto, cpu, cuda, cuda:N or mps"),
        ("meta", r"infer\.device: found 'meta'; expected auto"),
        ("cuda", r"infer\.device: found 'cuda', but torch .* finds 0 CUDA GPUs here"),
        ("mps", r"infer\.device: found 'mps', but torch finds no GPU of Apple's"),
    ],
)
def test_a_device_that_is_not_there_is_refused(no_gpu, name, message):
    with pytest.raises(ValueError, match=message):
        device_named(name, "infer.device")


def test_a_precision_that_the_device_has_not_is_refused(monkeypatch):
    for precision in ("tf32", "float16"):
        with pytest.raises(
            ValueError, match=f"found {precision}, which cpu does not have; it has float32, bfloat"
        ):
            check_precision(precision, CPU)
    with pytest.raises(ValueError, match=r"found 'double'; expected float32, tf32"):
        heed.explain(Plain(*pooled()), torch.rand(1, 3, 24, 24), precision="double")
    with pytest.raises(ValueError, match=r"infer\.precision: found tf32"):
        Explainer(build("nano", 3), CHOSEN, "before_relu", "tf32")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    check_precision("float16", torch.device("cuda", 0))
    with pytest.raises(ValueError, match="bfloat16, which cuda:0 does not have"):
        check_precision("bfloat16", torch.device("cuda", 0))


def test_rounding_ends_within_and_is_as_before_afterwards():
    product = nn.Linear(64, 8)
    features = torch.randn(4, 64)
    with rounded(CPU, "bfloat16"):
        low = product(features)
        unrounded(CPU)
        high = product(features)
        mixed = nn.functional.linear(features.bfloat16(), product.weight)
    assert low.dtype == torch.bfloat16
    assert torch.equal(high, product(features))
    assert mixed.dtype == torch.float32  # what was rounded before meets float32 weights
    assert not torch.is_autocast_enabled("cpu")
    assert torch.get_autocast_dtype("cpu") == torch.bfloat16
    with rounded(CPU, "float32"):
        unrounded(CPU)
        assert product(features).dtype == torch.float32


def far(found, expected):
    return abs(found - expected).max() / abs(expected).max()


@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.Tanh())], ids=["affine", "deep"])
def test_a_trunk_in_bfloat16_has_maps_near_those_in_float32(head):
    torch.manual_seed(4)
    network, images = Plain(*head()), torch.randn(3, 3, 24, 24)
    before = copy.deepcopy(network.state_dict())
    exact = heed.explain(network, images, "hirescam", layer="trunk")
    found = heed.explain(network, images, "hirescam", layer="trunk", precision="bfloat16")
    assert found.maps.dtype == found.logits.dtype == np.float32
    assert 0 < far(found.maps, exact.maps) < 0.02
    # The head is not rounded: what it says of the rounded features is exact.
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        features = network.trunk(images).float()
    with torch.no_grad():
        np.testing.assert_allclose(found.logits, network.head(features), atol=1e-6)
    assert (found.bias is None) == (exact.bias is None)
    if found.bias is not None:
        np.testing.assert_allclose(found.maps.sum((2, 3)), found.contribution, atol=1e-5)
    for key, value in network.state_dict().items():
        assert torch.equal(value, before[key])


@pytest.mark.parametrize("method", ["ablationcam", "scorecam", "occlusion"])
def test_methods_of_more_passes_work_in_bfloat16(method):
    torch.manual_seed(4)
    network, images = Plain(*deep(nn.Tanh())), torch.randn(2, 3, 24, 24)
    exact = heed.explain(network, images, method, layer="trunk").maps
    found = heed.explain(network, images, method, layer="trunk", precision="bfloat16").maps
    assert found.dtype == np.float32
    assert 0 < far(found, exact) < 0.2


def test_a_layer_beside_which_rounded_features_pass():
    torch.manual_seed(1)
    network, images = models.resnet18(num_classes=3), torch.randn(2, 3, 64, 64)
    told = {"layer": "layer4.0.conv1"}  # the block's input goes past it, into a convolution
    exact = heed.explain(network, images, **told)
    found = heed.explain(network, images, precision="bfloat16", **told)
    assert 0 < far(found.logits, exact.logits) < 0.02


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
def test_the_audits_networks_in_bfloat16(random_network, images, layer):
    network = random_network("nano")
    exact = Explainer(network, CHOSEN, layer)(images)
    found = Explainer(network, CHOSEN, layer, "bfloat16")(images)
    assert found.logits.dtype == found.maps["hirescam"].dtype == np.float32
    assert 0 < far(found.logits, exact.logits) < 0.05
    np.testing.assert_allclose(
        found.maps["hirescam"].sum((2, 3)), found.contribution, rtol=1e-3, atol=1e-4
    )


def test_the_model_stays_where_it_is_and_layers_are_those_of_the_copy(monkeypatch):
    """With a device that only looks like another: the copy is what is computed with."""
    made = []

    def elsewhere(name, key="device"):
        made.append(name)
        return torch.device("cpu", 0)  # which is not equal to "cpu"

    monkeypatch.setattr("heed.explain.any_network.device_named", elsewhere)
    torch.manual_seed(0)
    network, images = Plain(*deep(nn.Tanh())).train(), torch.randn(2, 3, 24, 24)
    expected = heed.explain(network, images, layer=["trunk.1", network.trunk]).pixels()
    seen = []
    handle = network.register_forward_hook(lambda *_: seen.append(1))
    network.register_forward_hook(lambda *_: None)
    parameters = list(map(id, network.parameters()))
    found = heed.explain(network, images, layer=["trunk.1", network.trunk], device="there")
    np.testing.assert_array_equal(found.pixels(), expected)
    assert made == ["there"]
    assert network.training
    assert list(map(id, network.parameters())) == parameters
    handle.remove()


# From here on with a GPU.


def settings():
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    return (
        cudnn.benchmark,
        cudnn.deterministic,
        getattr(matmul, "fp32_precision", None) or matmul.allow_tf32,
        cudnn.conv.fp32_precision if hasattr(cudnn, "conv") else cudnn.allow_tf32,
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.utils.deterministic.fill_uninitialized_memory,
    )


def test_what_torch_was_set_to_comes_back():
    before = settings()
    there = torch.device("cuda", 0)
    with computing(there):
        assert settings()[:4] == (False, True, "ieee", "ieee")
        with rounded(there, "float32"):
            assert settings()[2:4] == ("ieee", "ieee")
        with rounded(there, "tf32"):
            assert settings()[2:4] == ("tf32", "tf32")
            unrounded(there)  # from the layer on
            assert settings()[2:4] == ("ieee", "ieee")
        assert settings()[:4] == (False, True, "ieee", "ieee")
    assert settings() == before
    with computing(CPU):
        assert settings() == before


@gpu
@pytest.mark.parametrize(
    "method",
    ["gradcam", "hirescam", "xgradcam", "gradcam_plusplus", "layercam", "elementwise",
     "ablationcam", "scorecam", "occlusion", "rise", "input_x_gradient", "guided_backpropagation",
     "guided_gradcam"],
)  # fmt: skip
@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.Tanh())], ids=["affine", "deep"])
def test_maps_of_a_gpu_are_those_of_the_cpu(method, head):
    torch.manual_seed(2)
    network, images = Plain(*head()), torch.randn(5, 3, 24, 24)
    options = {"masks": 64} if method == "rise" else {}
    told = {"layer": "trunk", "options": options, "batch_size": 2}
    expected = heed.explain(network, images, method, **told)
    before = settings()
    found = heed.explain(network, images, method, device="cuda", **told)
    assert settings() == before
    assert next(network.parameters()).device == CPU
    assert far(found.logits, expected.logits) < 1e-5
    assert far(found.maps, expected.maps) < 1e-4
    moved = copy.deepcopy(network).cuda()
    there = heed.explain(moved, images.cuda(), method, **told)  # images are there already
    np.testing.assert_array_equal(there.maps, found.maps)
    assert (found.bias is None) == (expected.bias is None)


@gpu
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small", "alexnet", "densenet121"])
def test_networks_of_torchvision_on_a_gpu_twice_the_same(name):
    torch.manual_seed(0)
    network = getattr(models, name)(weights=None, num_classes=12).eval()
    images = torch.randint(0, 256, (6, 96, 96, 3), dtype=torch.uint8)  # travel as bytes
    expected = heed.explain(network, images, "layercam", batch_size=4)
    network.cuda()
    found, again = (heed.explain(network, images, "layercam", batch_size=4) for _ in range(2))
    np.testing.assert_array_equal(found.logits, again.logits)
    if name == "alexnet":  # its pooling's gradient has no deterministic form: overlapping cells
        assert far(found.maps, again.maps) < 1e-5
    else:
        np.testing.assert_array_equal(found.maps, again.maps)
    assert found.layer == expected.layer
    assert far(found.logits, expected.logits) < 1e-4
    assert far(found.maps, expected.maps) < 1e-3


@gpu
@pytest.mark.parametrize(
    ("precision", "within"), [("tf32", 5e-3), ("bfloat16", 0.1), ("float16", 0.02)]
)
def test_lower_precisions_of_a_gpu(precision, within):
    torch.manual_seed(0)
    network = models.resnet18(num_classes=12).eval().cuda()
    images = torch.randn(6, 3, 96, 96)
    exact = heed.explain(network, images)
    found = heed.explain(network, images, precision=precision)
    assert found.bias is not None
    assert 0 < far(found.maps, exact.maps) < within


@gpu
@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
def test_the_audits_networks_on_a_gpu(random_network, images, layer):
    network = copy.deepcopy(random_network("nano"))
    expected = Explainer(network, CHOSEN, layer)(images)
    explainer = Explainer(network.cuda(), CHOSEN, layer)
    found, again = explainer(images, 3), explainer(images, 3)
    for name in CHOSEN:
        assert far(found.maps[name], expected.maps[name]) < 1e-4
        np.testing.assert_array_equal(found.maps[name], again.maps[name])
    assert far(found.logits, expected.logits) < 1e-4


@gpu
def test_a_logit_that_is_not_finite_is_named_on_a_gpu_too():
    network = Plain(*pooled()).cuda()
    with torch.no_grad():
        network.trunk[2].bias.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"logit of image 0 .* not finite.*'trunk\.2' \(Conv2d\)"):
        heed.explain(network, torch.rand(3, 3, 24, 24), batch_size=2)
