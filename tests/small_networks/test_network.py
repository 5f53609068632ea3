"""The small family: what each parameter changes, and that its maps have a closed form."""

import numpy as np
import pytest
import torch
from torch import nn

from heed.explain.any_network import explain
from heed.small_networks.network import small_network
from heed.small_networks.settings import SmallNetwork

RECIPE = SmallNetwork(depth=1, batch_norm=True, dropout=0.0, stride=16, width=8)


@pytest.mark.parametrize(("stride", "cells"), [(8, 14), (16, 7), (32, 4)])
def test_the_stride_decides_the_cells(stride: int, cells: int) -> None:
    recipe = RECIPE.model_copy(update={"stride": stride})
    features = small_network(recipe, 1).features(torch.zeros(1, 3, 112, 112))
    assert features.shape[2:] == (cells, cells)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_depth_is_the_number_of_blocks_per_stage(depth: int) -> None:
    network = small_network(RECIPE.model_copy(update={"depth": depth}), 1)
    convolutions = [m for m in network.trunk.modules() if isinstance(m, nn.Conv2d)]
    three_by_three = [m for m in convolutions if m.kernel_size == (3, 3)]
    assert len(three_by_three) == 2 * 2 * depth  # two in a block, two stages


def test_without_batch_norm_none_is_there_and_blocks_start_as_their_shortcuts() -> None:
    torch.manual_seed(0)
    network = small_network(RECIPE.model_copy(update={"batch_norm": False, "depth": 3}), 1)
    assert not any(isinstance(m, nn.BatchNorm2d) for m in network.modules())
    block = network.trunk.get_submodule("stage1_block2")
    features = torch.randn(2, 16, 8, 8)
    assert torch.equal(block(features), features.relu())


def test_dropout_works_in_training_alone() -> None:
    torch.manual_seed(0)
    network = small_network(RECIPE.model_copy(update={"dropout": 0.5}), 1)
    images = torch.rand(2, 3, 112, 112)
    network.eval()
    assert torch.equal(network(images), network(images))
    network.train()
    assert not torch.equal(network(images), network(images))


def test_the_same_seed_gives_the_same_weights() -> None:
    states = []
    for _ in range(2):
        torch.manual_seed(3)
        states.append(small_network(RECIPE, 1).published_state())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_hirescam_map_sums_to_the_logit_less_its_bias(dropout: float) -> None:
    """So the head is affine behind the pooling, also with dropout."""
    torch.manual_seed(0)
    network = small_network(RECIPE.model_copy(update={"dropout": dropout}), 1).eval()
    images = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), np.uint8)
    result = explain(network, images, "hirescam")
    assert result.maps.shape == (3, 1, 7, 7)
    assert result.contribution is not None
    assert result.maps.sum((2, 3)) == pytest.approx(result.contribution, abs=1e-5)
