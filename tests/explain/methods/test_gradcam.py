import torch

from heed.explain.gate import affine_gradient
from heed.explain.methods import gradcam


def of_gradcam(f, weights, layer):
    return gradcam.gradcam(f, affine_gradient(f, weights, layer))


def test_two_channels_by_hand():
    features = torch.tensor([[[[4.0, -2.0]], [[1.0, 3.0]]]])  # (1, 2, 1, 2)
    weights = torch.tensor([[6.0, 2.0], [-2.0, 0.0]])
    # Half of channel 0 and all of channel 1 pass: alpha = (6/2 * 1/2, 2/2 * 1) = (1.5, 1).
    expected = torch.tensor([[[[7.0, 0.0]], [[-2.0, 1.0]]]])
    torch.testing.assert_close(of_gradcam(features, weights, "before_relu"), expected)
    # After the ReLU: alpha = (3, 1) on (4, 0) and (1, 3).
    expected = torch.tensor([[[[13.0, 3.0]], [[-4.0, 0.0]]]])
    torch.testing.assert_close(of_gradcam(features.relu(), weights, "after_relu"), expected)


def test_equals_autograd_attribute_by_attribute():
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(3, 5, 7, 7, generator=generator, dtype=torch.float64)
    features[:, :, 2] = 0.0  # cells exactly at the kink
    weights = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    for layer in ("before_relu", "after_relu"):
        f = (features if layer == "before_relu" else features.relu()).clone().requires_grad_()
        rectified = f.relu() if layer == "before_relu" else f
        logits = rectified.mean((2, 3)) @ weights.T
        for attribute in range(4):
            (g,) = torch.autograd.grad(logits[:, attribute].sum(), f, retain_graph=True)
            expected = (g.mean((2, 3), keepdim=True) * f).sum(1)
            torch.testing.assert_close(of_gradcam(f, weights, layer)[:, attribute], expected)
