import torch

from heed.explain.gate import affine_gradient
from heed.explain.methods import gradcam, hirescam


def of_gradcam(f, weights, layer):
    return gradcam.gradcam(f, affine_gradient(f, weights, layer))


def of_hirescam(f, weights, layer):
    return hirescam.hirescam(f, affine_gradient(f, weights, layer))


def test_two_channels_by_hand():
    features = torch.tensor([[[[4.0, -2.0]], [[1.0, 3.0]]]])  # (1, 2, 1, 2)
    weights = torch.tensor([[6.0, 2.0], [-2.0, 0.0]])
    expected = torch.tensor([[[[13.0, 3.0]], [[-4.0, 0.0]]]])
    torch.testing.assert_close(of_hirescam(features, weights, "before_relu"), expected)
    torch.testing.assert_close(of_hirescam(features.relu(), weights, "after_relu"), expected)


def test_equals_autograd_attribute_by_attribute():
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(3, 5, 7, 7, generator=generator, dtype=torch.float64)
    features[:, :, 2] = 0.0
    weights = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    for layer in ("before_relu", "after_relu"):
        f = (features if layer == "before_relu" else features.relu()).clone().requires_grad_()
        rectified = f.relu() if layer == "before_relu" else f
        logits = rectified.mean((2, 3)) @ weights.T
        for attribute in range(4):
            (g,) = torch.autograd.grad(logits[:, attribute].sum(), f, retain_graph=True)
            torch.testing.assert_close(
                of_hirescam(f, weights, layer)[:, attribute], (g * f).sum(1).detach()
            )


def test_sums_to_the_logit_without_bias():
    generator = torch.Generator().manual_seed(1)
    features = torch.randn(3, 5, 7, 7, generator=generator)
    weights = torch.randn(4, 5, generator=generator)
    logits = features.relu().mean((2, 3)) @ weights.T
    torch.testing.assert_close(of_hirescam(features, weights, "before_relu").sum((2, 3)), logits)


def test_is_gradcam_after_the_relu_and_not_before():
    generator = torch.Generator().manual_seed(2)
    features = torch.randn(3, 5, 7, 7, generator=generator)
    weights = torch.randn(4, 5, generator=generator)
    rectified = features.relu()
    torch.testing.assert_close(
        of_hirescam(rectified, weights, "after_relu"), of_gradcam(rectified, weights, "after_relu")
    )
    before = (
        of_hirescam(features, weights, "before_relu"),
        of_gradcam(features, weights, "before_relu"),
    )
    assert not torch.allclose(*before, atol=0.01)
