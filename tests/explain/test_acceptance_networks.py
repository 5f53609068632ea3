"""Networks of torchvision with random weights, held to the grad-cam package on small images.

heed.explain gets each network as it is. The package gets a copy in which nothing works in place:
it keeps a layer's output by reference, and would use what comes behind has made of it. Outputs
have both signs: a map of z and one of -z.

Ablation- and Score-CAM pass an image once a channel in the package: they are compared at an early
layer with few channels. The package ablates a channel by -1e7 where a layer's least value is not
0; here it sets it to 0, as the paper and Heed do.
"""

import copy
from dataclasses import dataclass, field
from types import MethodType
from typing import Any

import numpy as np
import pytest
import pytorch_grad_cam as package
import torch
from pytorch_grad_cam.ablation_layer import AblationLayer
from torch import nn
from torch.nn import functional
from torchvision import models

import heed
from heed.explain.postprocess import normalise
from tests.explain.package_classes import GRADIENT

OUTPUTS = 3
ASKED = [(0, 1), (1, -1)]
"""Outputs and signs that the package is asked for."""


@dataclass(frozen=True)
class Case:
    """A network and where its maps are taken.

    Args:
        layer: that ``auto`` finds, or that is named where it finds none.
        early: a layer with few channels.
        affine: whether the head is.
        told: other arguments of heed.explain.
        built: arguments of torchvision.
        size: of the images.
        few: rows and columns of theirs that methods of many passes are asked about.
    """

    layer: str
    early: str
    affine: bool
    told: dict[str, Any] = field(default_factory=dict)
    built: dict[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (64, 96)
    few: tuple[int, int] = (32, 48)


CASES = {
    "resnet18": Case("layer4", "layer1", True),
    "resnet50": Case("layer4", "maxpool", True),
    "alexnet": Case("features", "features.2", False, size=(96, 128), few=(64, 96)),
    "vgg11_bn": Case("features", "features.3", False),
    "densenet121": Case("features", "features.pool0", True),
    "mobilenet_v3_small": Case("features", "features.4", False),
    "efficientnet_b0": Case("features", "features.3", True),
    "convnext_tiny": Case("features", "features.1", False),
    "googlenet": Case(
        "inception5b", "maxpool1", True, built={"init_weights": False, "aux_logits": False}
    ),
    "squeezenet1_0": Case("classifier.2", "features.2", True),
    "vit_b_16": Case(
        "encoder.layers.encoder_layer_11.ln_1", "conv_proj", False,
        told={"layer": "encoder.layers.encoder_layer_11.ln_1", "reshape": "tokens"},
        built={"image_size": 48}, size=(48, 48), few=(48, 48),
    ),
}  # fmt: skip


class Output:
    def __init__(self, number, sign):
        self.number, self.sign = number, sign

    def __call__(self, logits):
        return self.sign * logits[self.number]


def without_in_place(network):
    """A copy in which no layer works in place."""
    network = copy.deepcopy(network)
    for module in network.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    if isinstance(network, models.DenseNet):  # its last ReLU is written in place in its code

        def forward(self, images):
            features = functional.relu(self.features(images))
            return self.classifier(functional.adaptive_avg_pool2d(features, 1).flatten(1))

        network.forward = MethodType(forward, network)
    return network


@pytest.fixture(scope="module", params=CASES)
def known(request):
    """A network with live features and logits of the size of 1, the package's copy, and images."""
    torch.manual_seed(0)
    case = CASES[request.param]
    network = getattr(models, request.param)(weights=None, num_classes=OUTPUTS, **case.built)
    images = torch.randn(2, 3, *case.size)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of the batches so far
        if isinstance(module, models.convnext.CNBlock):
            nn.init.uniform_(module.layer_scale, 0.1, 1)  # at first next to nothing
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features**-0.5)
    if isinstance(network, models.SqueezeNet):  # its logits are rectified, and none shall be 0
        nn.init.ones_(network.classifier[1].bias)
    with torch.no_grad():
        network.train()(torch.randn(4, 3, *case.size))
    plain = without_in_place(network.eval())
    # The package differentiates down to all weights that are not frozen: one of the layer will do.
    before = case.layer if case.layer != "classifier.2" else "classifier.1"
    *_, last = plain.get_submodule(before).parameters()
    plain.requires_grad_(False)
    last.requires_grad_(True)
    return case, network, plain, images


def tokens(output):
    return output[:, 1:].transpose(1, 2).unflatten(2, (3, 3))


def compare(cam, result, images, atol=1e-5, asked=ASKED):
    size = tuple(images.shape[-2:])
    pixels = {1: result.pixels(), -1: normalise(result.negative_maps, size)}
    for output, sign in asked:
        expected = cam(images, [Output(output, sign)] * len(images))
        np.testing.assert_allclose(pixels[sign][:, output], expected, rtol=0, atol=atol)
        np.testing.assert_array_equal(pixels[sign][:, output] > 0, expected > 0)


@pytest.fixture(scope="module")
def passes(known):
    """What the package finds in a pass there and back for each of ASKED: alike for all methods."""
    case, _, plain, images = known
    cam = package.GradCAM(
        plain, [plain.get_submodule(case.layer)], reshape_transform=tokens if case.told else None
    )
    found = {}
    for output, sign in ASKED:
        cam(images, [Output(output, sign)] * len(images))
        kept = cam.activations_and_grads
        found[output, sign] = [*kept.activations], [*kept.gradients]  # it clears its own
    return found


@pytest.mark.parametrize("name", GRADIENT)
def test_gradient_methods(known, passes, name):
    case, network, plain, images = known
    result = heed.explain(network, images, name, **case.told)
    assert result.layer == case.layer
    assert (result.bias is not None) == case.affine
    if name == "xgradcam" and isinstance(network, models.DenseNet):
        no_further_from_float64_than_the_package(result, plain, images)
        return
    reshape = tokens if case.told else None
    cam = GRADIENT[name](plain, [plain.get_submodule(case.layer)], reshape_transform=reshape)

    def behind_the_passes(images, targets):
        """What the package's ``forward`` does once it has activations and gradients."""
        kept = cam.activations_and_grads
        kept.activations, kept.gradients = map(list, passes[targets[0].number, targets[0].sign])
        return cam.aggregate_multi_layers(cam.compute_cam_per_layer(images, targets, False))

    compare(behind_the_passes, result, images)


def no_further_from_float64_than_the_package(result, plain, images):
    """XGrad-CAM divides by the sum of a channel, which for features of both signs is near 0: in
    float32 the package's own map is off by 2e-3, and a referee in float64 stands in its place."""
    exact = copy.deepcopy(plain).double().requires_grad_(True)
    kept = []
    exact.features.register_forward_hook(lambda _module, _inputs, output: kept.append(output))
    logits = exact(images.double())
    (features,) = kept
    cam = package.XGradCAM(plain, [plain.features])
    for output, sign in ASKED:
        (gradient,) = torch.autograd.grad(
            sign * logits[:, output].sum(), features, retain_graph=True
        )
        weights = (gradient * features).sum((2, 3), keepdim=True) / (
            features.sum((2, 3), keepdim=True) + 1e-7
        )
        size = tuple(images.shape[-2:])
        expected = normalise((weights * features).sum(1).detach().numpy(), size)
        found = normalise(sign * result.maps[:, output], size)
        theirs = cam(images, [Output(output, sign)] * len(images))
        assert abs(found - expected).max() <= 1.1 * abs(theirs - expected).max() + 1e-5
        np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-4)
        np.testing.assert_array_equal(found > 0, theirs > 0)


def test_eigen_cam_up_to_its_sign(known):
    case, network, plain, images = known
    maps = heed.explain(network, images, "eigencam", **case.told).maps
    reshape = tokens if case.told else None
    cam = package.EigenCAM(plain, [plain.get_submodule(case.layer)], reshape_transform=reshape)
    expected = cam(images, [Output(0, 1)] * 2)
    either = np.stack([normalise(sign * maps[:, 2], case.size) for sign in (1, -1)])
    differences = abs(either - expected).max(axis=(2, 3))
    best = differences.argmin(axis=0)
    assert (differences.min(axis=0) < 1e-5).all()
    for image, sign in enumerate(best):
        np.testing.assert_array_equal(either[sign, image] > 0, expected[image] > 0)


class ToZero(AblationLayer):
    """Removes channels as the paper does, whatever the least value is."""

    def __call__(self, _):
        for image, channel in enumerate(self.indices[: len(self.activations)]):
            self.activations[image, channel] = 0
        return self.activations


@pytest.fixture
def early(known):
    """One image that is as small as the network bears; of a transformer one block of twelve."""
    case, network, plain, images = known
    if isinstance(network, models.VisionTransformer):
        network = copy.deepcopy(network)
        network.encoder.layers = network.encoder.layers[:1]
        return case, network, network, images[:1]
    rows, columns = case.few
    return case, network, plain, images[:1, :, :rows, :columns]


def test_ablation_cam(early):
    case, network, plain, images = early
    if isinstance(network, models.VisionTransformer):
        pytest.skip("Ablation-CAM takes features (N, C, h, w), and no tokens")
    result = heed.explain(network, images, "ablationcam", layer=case.early)
    cam = package.AblationCAM(
        plain, [plain.get_submodule(case.early)], ablation_layer=ToZero(), batch_size=64
    )
    compare(cam, result, images, atol=1e-4, asked=[(0, 1)])


def test_score_cam(early):
    case, network, plain, images = early
    result = heed.explain(network, images, "scorecam", layer=case.early)
    cam = package.ScoreCAM(plain, [plain.get_submodule(case.early)])
    asked = ASKED if isinstance(network, models.ResNet) else ASKED[1:]  # a sign each, to save time
    compare(cam, result, images, atol=1e-4, asked=asked)
