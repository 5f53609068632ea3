"""Guided rectifiers, however a network calls them, held to the grad-cam package."""

import copy

import pytest
import torch
from pytorch_grad_cam import GuidedBackpropReLUModel
from torch import nn
from torch.nn import functional
from torch.overrides import _get_current_function_mode_stack as modes

from heed.explain.guided import GuidedRectifiers


def statement(rectify):
    """A rectifier in place, whose result nobody takes."""

    def called(x):
        rectify(x)
        return x

    return called


RECTIFIERS = {
    "module": nn.ReLU(),
    "module in place": nn.ReLU(inplace=True),
    "functional": functional.relu,
    "functional in place": lambda x: functional.relu(x, inplace=True),
    "torch": torch.relu,
    "method": torch.Tensor.relu,
    "method in place": torch.Tensor.relu_,
    "statement": statement(functional.relu_),
    "statement of torch": statement(torch.relu_),
    "view in place": statement(lambda x: functional.relu(x.flatten(2), inplace=True)),
    "view by a method": statement(lambda x: x.flatten(1).relu_()),
    "clamp": lambda x: functional.hardtanh(x, 0.0, 1e9),
    "clamp in place": statement(lambda x: functional.hardtanh_(x, 0.0, 1e9)),
}


class Network(nn.Module):
    """Two rectifiers, between which what the first one returned is used twice and changed."""

    def __init__(self, rectify):
        super().__init__()
        torch.manual_seed(3)
        self.first, self.second = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 6, 3, padding=1)
        self.last, self.rectify = nn.Linear(6, 4), rectify

    def forward(self, images):
        features = self.rectify(self.first(images))
        more = self.second(features)
        more += features
        return self.last(self.rectify(more).mean((2, 3)))


def test_a_rectifier_beside_the_way_back_does_not_count():
    image = torch.randn(1, 3, 9, 9, requires_grad=True)
    with GuidedRectifiers() as rectifiers:
        _ = image * image.detach().relu()
    assert rectifiers.found == 0
    with pytest.raises(ValueError, match="none lies on the way"):
        rectifiers.check()


@pytest.mark.parametrize("name", RECTIFIERS)
def test_every_way_to_rectify_is_guided_as_in_the_package(name):
    image = torch.randn(1, 3, 9, 9, generator=torch.Generator().manual_seed(0))
    network = Network(RECTIFIERS[name]).eval()
    expected = GuidedBackpropReLUModel(Network(nn.ReLU()))(image.clone(), target_category=2)
    leaf = image.clone().requires_grad_()
    with GuidedRectifiers() as rectifiers:
        logits = network(leaf)
    (found,) = torch.autograd.grad(logits[0, 2], leaf)
    assert rectifiers.found == 2
    torch.testing.assert_close(found[0], torch.from_numpy(expected).permute(2, 0, 1))
    plain = leaf.detach().clone().requires_grad_()  # the network is as it was
    (after,) = torch.autograd.grad(network(plain)[0, 2], plain)
    reference = leaf.detach().clone().requires_grad_()
    (unguided,) = torch.autograd.grad(Network(nn.ReLU())(reference)[0, 2], reference)
    torch.testing.assert_close(after, unguided)
    assert not torch.allclose(after, found)


def test_relu6_is_a_rectifier_and_other_bounds_are_none():
    x = torch.tensor([-1.0, 2.0, 3.0, 7.0], requires_grad=True)
    seed = torch.tensor([1.0, 1.0, -1.0, 1.0])
    for rectify in (nn.ReLU6(), functional.relu6):
        with GuidedRectifiers() as rectifiers:
            y = rectify(x)
        assert torch.autograd.grad(y, x, seed)[0].tolist() == [0, 1, 0, 0]
        assert rectifiers.found == 1
    for other in (nn.Hardtanh(), functional.hardtanh, nn.GELU(), lambda x: x.clamp(min=0)):
        with GuidedRectifiers() as rectifiers:
            other(x)
        assert rectifiers.found == 0
        with pytest.raises(ValueError, match="neither ReLU nor ReLU6"):
            rectifiers.check()


def test_nothing_stays_where_the_pass_fails():
    network, before = Network(nn.ReLU()), modes()
    known = copy.deepcopy(network.state_dict())
    with pytest.raises(RuntimeError), GuidedRectifiers():
        network(torch.zeros(1, 5, 9, 9))
    assert modes() == before == []
    assert not any(len(module._forward_hooks) for module in network.modules())
    assert all(map(torch.equal, known.values(), network.state_dict().values()))
