from typing import get_args

import pytest
import torch

from heed.explain.methods.catalogue import METHODS
from heed.explain.settings import Layer, MethodName


def test_every_method_of_the_parameters_is_there():
    assert tuple(METHODS) == get_args(MethodName)


@pytest.mark.parametrize("layer", get_args(Layer))
@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_odd_if_it_says_so(name, layer):
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(2, 6, 7, 7, generator=generator)
    features = features if layer == "before_relu" else features.relu()
    weights = torch.randn(3, 6, generator=generator)
    method = METHODS[name]
    maps, of_minus_z = method(features, weights, layer), method(features, -weights, layer)
    assert maps.shape == (2, 3, 7, 7)
    assert torch.allclose(of_minus_z, -maps) == method.odd
