"""Several threads explain one network; and what the caller switched on around a call."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import nn

import heed
from tests.explain.strangers import Plain, deep


class Slow(nn.Module):
    """Lets other threads in, in the middle of a pass."""

    def forward(self, features):
        time.sleep(0.002)
        return features.relu()


def test_threads_that_explain_one_network_take_turns():
    torch.manual_seed(1)
    network = Plain(*deep(Slow())).train()
    network.head[0].eval()
    modes = [module.training for module in network.modules()]
    images = torch.randn(8, 2, 3, 24, 24)
    expected = [heed.explain(network, each, layer="trunk").maps for each in images]

    def explained(each):
        return heed.explain(network, each, layer="trunk", batch_size=1).maps

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(explained, images))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)
    assert [module.training for module in network.modules()] == modes
    assert not any(module._forward_hooks for module in network.modules())


def test_the_callers_autocast_is_off_within_and_on_again_after():
    torch.manual_seed(1)
    network, images = Plain(*deep(nn.ReLU())), torch.randn(2, 3, 24, 24)
    expected = heed.explain(network, images, layer="trunk")
    low = heed.explain(network, images, layer="trunk", precision="bfloat16")
    with torch.autocast("cpu", torch.bfloat16):
        found = heed.explain(network, images, layer="trunk")
        asked = heed.explain(network, images, layer="trunk", precision="bfloat16")
        assert torch.is_autocast_enabled("cpu")
        assert network(images).dtype == torch.bfloat16
    assert not torch.is_autocast_enabled("cpu")
    np.testing.assert_array_equal(found.maps, expected.maps)
    np.testing.assert_array_equal(found.logits, expected.logits)
    np.testing.assert_array_equal(asked.maps, low.maps)
    assert abs(low.maps - expected.maps).max() > 0
