"""Methods that differentiate by the images, held to the grad-cam package and to autograd's loop."""

import copy

import cv2
import numpy as np
import pytest
import torch
from pytorch_grad_cam import GuidedBackpropReLUModel
from torch import nn
from torch.overrides import _get_current_function_mode_stack as modes
from torchvision import models

import heed
from tests.explain.strangers import Plain, deep, pooled

METHODS = ["guided_backpropagation", "guided_gradcam", "input_x_gradient"]


def small(*head):
    torch.manual_seed(2)
    network = Plain(*head).eval()
    network.trunk.append(nn.ReLU())
    return network, torch.randn(3, 3, 24, 30)


def of_minus(network):
    """The same with the logits' signs changed."""
    return nn.Sequential(copy.deepcopy(network), Minus()).eval()


class Minus(nn.Module):
    def forward(self, logits):
        return -logits


def guided(network, images, output):
    """By the package: (N, H, W)."""
    each = [
        GuidedBackpropReLUModel(copy.deepcopy(network))(image[None].clone(), output).sum(axis=2)
        for image in images
    ]
    return np.stack(each)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5 * abs(expected).max())


@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.ReLU())], ids=["affine", "deep"])
def test_guided_backpropagation_equals_the_package(head):
    network, images = small(*head())
    result = heed.explain(network, images, "guided_backpropagation", batch_size=2)
    assert result.maps.shape == result.negative_maps.shape == (3, 4, 24, 30)
    for output in range(4):
        close(result.maps[:, output], guided(network, images, output))
        close(result.negative_maps[:, output], guided(of_minus(network), images, output))


def test_guided_backpropagation_equals_the_package_on_a_residual_network():
    torch.manual_seed(0)
    network, images = models.resnet18(num_classes=2), torch.randn(2, 3, 64, 64)
    with torch.no_grad():  # so that batch norms know the images
        network.train()(images)
    found = heed.explain(network.eval(), images, "guided_backpropagation").maps
    # The package puts one module in the place of all; torchvision's own are in place.
    close(found[:, 1], guided(network, images, 1))


@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.ReLU())], ids=["affine", "deep"])
def test_guided_gradcam_is_what_its_parts_are(head):
    network, images = small(*head())
    result = heed.explain(network, images, "guided_gradcam", layer="trunk")
    assert (result.bias is None) == (head is not pooled)
    for sign, maps in ((1, result.maps), (-1, result.negative_maps)):
        signed = network if sign == 1 else of_minus(network)
        for output in (0, 3):
            fine = guided(signed, images, output)
            for image, (one, found) in enumerate(zip(images, maps[:, output], strict=True)):
                features = network.trunk(one[None]).detach().requires_grad_()
                logit = sign * network.head(features)[0, output]
                (gradient,) = torch.autograd.grad(logit, features)
                weights = gradient.mean((2, 3), keepdim=True)
                cells = (weights * features).sum(1)[0].relu().detach().numpy()
                close(found, cv2.resize(cells, (30, 24)) * fine[image])


def test_input_x_gradient_is_autograds_and_sums_to_the_logit_without_biases():
    network, images = small(*pooled())
    found = heed.explain(network, images, "input_x_gradient").maps
    leaf = images.clone().requires_grad_()
    logits = network(leaf)
    for output in range(4):
        (gradient,) = torch.autograd.grad(logits[:, output].sum(), leaf, retain_graph=True)
        close(found[:, output], (leaf * gradient).sum(1).detach().numpy())
    for module in network.modules():
        if getattr(module, "bias", None) is not None:
            nn.init.zeros_(module.bias)
    result = heed.explain(network, images, "input_x_gradient")
    np.testing.assert_allclose(result.maps.sum((2, 3)), result.logits, atol=1e-5)
    np.testing.assert_array_equal(result.negative_maps, -result.maps)


@pytest.mark.parametrize("method", METHODS)
def test_maps_are_pixels_wherever_cells_look(method):
    network, images = small(*pooled())
    result = heed.explain(network, images, method)
    pixels = result.pixels("predicted")
    assert pixels.shape == (3, 4, 24, 30)
    np.testing.assert_array_equal(pixels, result.pixels("predicted", placement="receptive_field"))
    peak = result.layers[0].signed(np.sign(result.logits).astype(int))
    np.testing.assert_array_equal(pixels.reshape(12, -1).argmax(1), peak.reshape(12, -1).argmax(1))


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_left_behind(method):
    network, images = small(*deep(nn.ReLU(inplace=True)))
    network.train()
    known = copy.deepcopy(network.state_dict())

    class StopError(Exception):
        pass

    def stop(*_):
        if torch.is_grad_enabled():  # in the pass that is differentiated
            raise StopError

    heed.explain(network, images, method)
    handle = network.trunk[0].register_forward_hook(stop)
    with pytest.raises(StopError):
        heed.explain(network, images, method)
    handle.remove()
    assert not images.requires_grad
    assert modes() == []
    assert all(p.grad is None and p.requires_grad for p in network.parameters())
    assert all(module.training for module in network.modules())
    hooks = [h for m in network.modules() for h in (m._forward_hooks, m._backward_hooks)]
    assert not any(map(len, hooks))
    assert all(map(torch.equal, known.values(), network.state_dict().values()))


class Detached(Plain):
    def forward(self, images):
        return super().forward(images.detach())


class WithoutGradient(Plain):
    def forward(self, images):
        with torch.no_grad():
            features = self.trunk(images)
        return self.head(features)


class OfBytes(Plain):
    def forward(self, images):
        return super().forward(images.float() / 255)


@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_differentiated_by_its_images_is_refused(method):
    images = torch.rand(2, 3, 24, 24)
    for kind in (Detached, WithoutGradient):
        with pytest.raises(ValueError, match=r"images; the network detaches|autograd records"):
            heed.explain(kind(*pooled()), images, method, layer="trunk")
    with pytest.raises(ValueError, match=r"found torch\.int64 .*floating point"):
        heed.explain(OfBytes(*pooled()), (images * 255).long(), method, layer="trunk")


def test_networks_without_rectifiers_and_several_layers_are_refused():
    images = torch.rand(1, 3, 24, 24)
    smooth = nn.Sequential(nn.Conv2d(3, 4, 3), nn.GELU(), nn.Flatten(), nn.LazyLinear(2))
    smooth(images)
    for method in ("guided_backpropagation", "guided_gradcam"):
        with pytest.raises(ValueError, match="neither ReLU nor ReLU6"):
            heed.explain(smooth, images, method, layer="0")
    network, images = small(*pooled())
    layers = ["trunk.0", "trunk"]
    with pytest.raises(ValueError, match="found 2 layers"):
        heed.explain(network, images, "guided_gradcam", layer=layers)
    one = heed.explain(network, images, "guided_backpropagation", layer=layers)
    assert len(one.layers) == 1
