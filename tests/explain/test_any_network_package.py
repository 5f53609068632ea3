"""Any network, held to the grad-cam package, output by output and for both signs."""

import numpy as np
import pytest
import pytorch_grad_cam as package
import torch
from torch import nn
from torchvision import models

import heed
from heed.explain.postprocess import normalise
from tests.explain.package_classes import GRADIENT
from tests.explain.strangers import Plain, deep, pooled


class Output:
    def __init__(self, number, sign):
        self.number, self.sign = number, sign

    def __call__(self, logits):
        return self.sign * logits[self.number]


def compare(network, images, name, kind, outputs=(0, 1), atol=1e-5, layer="auto"):
    result = heed.explain(network, images, name, layer=layer)
    cam = kind(network, [network.get_submodule(result.layer)])
    size = tuple(images.shape[-2:])
    for sign, pixels in ((1, result.pixels()), (-1, normalise(result.negative_maps, size))):
        for output in outputs:
            expected = cam(images, [Output(output, sign)] * len(images))
            np.testing.assert_allclose(pixels[:, output], expected, rtol=0, atol=atol)
            np.testing.assert_array_equal(pixels[:, output] > 0, expected > 0)
    return result


@pytest.fixture(scope="module", params=["resnet18", "mobilenet_v3_small", "squeezenet1_0"])
def known(request):
    """A network of torchvision with random weights and live features, without in-place layers."""
    torch.manual_seed(0)
    network = getattr(models, request.param)(weights=None, num_classes=3)
    images = torch.randn(2, 3, 64, 96)
    for module in network.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of the batches so far
    with torch.no_grad():
        network.train()(torch.randn(4, 3, 64, 96))
    for parameter in list(network.parameters())[:-8]:
        parameter.requires_grad_(False)  # saves the package's time
    return request.param, network.eval(), images


@pytest.mark.parametrize("name", GRADIENT)
def test_gradient_methods_equal_the_package(known, name):
    architecture, network, images = known
    result = compare(network, images, name, GRADIENT[name])
    layers = {"resnet18": "layer4", "squeezenet1_0": "classifier.2"}
    assert result.layer == layers.get(architecture, "features")
    assert (result.bias is None) == (architecture == "mobilenet_v3_small")


def small(*head):
    torch.manual_seed(2)
    network = Plain(*head).eval()
    network.trunk.append(nn.ReLU())
    return network, torch.randn(2, 3, 24, 30)


@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.Tanh())], ids=["affine", "deep"])
@pytest.mark.parametrize(
    ("name", "kind"), [("ablationcam", package.AblationCAM), ("scorecam", package.ScoreCAM)]
)
def test_methods_of_more_passes_equal_the_package(head, name, kind):
    network, images = small(*head())
    # The package masks, and scores, in float32 with sums of its own.
    compare(network, images, name, kind, outputs=range(4), atol=1e-4, layer="trunk")


def test_eigen_cam_equals_the_package_up_to_its_sign():
    network, images = small(*pooled())
    maps = heed.explain(network, images, "eigencam", layer="trunk").maps
    expected = package.EigenCAM(network, [network.trunk])(images, [Output(0, 1)] * 2)
    either = np.stack([normalise(sign * maps[:, 2], (24, 30)) for sign in (1, -1)])
    differences = abs(either - expected).max(axis=(2, 3))
    assert (differences.min(axis=0) < 1e-5).all()


def test_several_layers_are_averaged_as_in_the_package():
    network, images = small(*deep(nn.Tanh()))
    layers = ["trunk.1", network.trunk]
    result = heed.explain(network, images, layer=layers)
    cam = package.GradCAM(network, [network.trunk[1], network.trunk])
    for output in range(4):
        expected = cam(images, [Output(output, 1)] * 2)
        np.testing.assert_allclose(result.pixels()[:, output], expected, rtol=0, atol=1e-5)
    with pytest.raises(ValueError, match="2 layers, which have grids of their own"):
        _ = result.maps


def test_a_relu_in_place_spoils_the_packages_map_and_not_this_one():
    torch.manual_seed(3)
    images = torch.randn(2, 3, 24, 24)
    network = Plain(nn.ReLU(inplace=True), *deep(nn.ReLU())).eval()
    pixels = heed.explain(network, images, layer="trunk").pixels()[:, 0]
    spoilt = package.GradCAM(network, [network.trunk])(images, [Output(0, 1)] * 2)
    network.head[0].inplace = False
    right = package.GradCAM(network, [network.trunk])(images, [Output(0, 1)] * 2)
    np.testing.assert_allclose(pixels, right, rtol=0, atol=1e-5)
    assert abs(spoilt - right).max() > 0.1


def test_a_method_of_the_package_by_its_name():
    network, images = small(*deep(nn.Tanh()))
    network.requires_grad_(False)
    some = next(iter(network.parameters()))
    some.grad = kept = torch.ones_like(some)
    with pytest.warns(UserWarning, match="for each of 1 outputs"):
        result = heed.explain(network, images, "package:LayerCAM", layer="trunk", outputs=[2])
    own = heed.explain(network, images, "layercam", layer="trunk").pixels()
    np.testing.assert_allclose(result.pixels()[:, 0], own[:, 2], rtol=0, atol=1e-5)
    assert some.grad is kept
    with pytest.raises(ValueError, match="no such method; expected one of AblationCAM"):
        heed.explain(network, images, "package:Nothing")
