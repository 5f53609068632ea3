import pytest
import torch

from heed.explain.gate import gate


def test_equals_the_derivative_of_pytorchs_relu():
    features = torch.tensor([-2.0, -0.0, 0.0, 1e-30, 3.0]).view(1, 5, 1, 1).requires_grad_()
    features.relu().sum().backward()
    torch.testing.assert_close(gate(features.detach(), "before_relu"), features.grad)
    assert gate(features.detach(), "before_relu").flatten().tolist() == [0, 0, 0, 1, 1]


def test_is_open_after_the_relu():
    features = torch.tensor([0.0, 3.0]).view(1, 2, 1, 1)
    assert gate(features, "after_relu").flatten().tolist() == [1, 1]


def test_features_that_are_not_rectified_are_rejected():
    with pytest.raises(ValueError, match="not rectified"):
        gate(torch.tensor([-1.0]).view(1, 1, 1, 1), "after_relu")


def test_unknown_layer_is_rejected():
    with pytest.raises(ValueError, match=r"infer\.layer: found 'layer4'; expected before_relu"):
        gate(torch.zeros(1, 1, 1, 1), "layer4")
