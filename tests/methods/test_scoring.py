"""Maps of a network whose evidence is known: where they lie, and what metrics say of them."""

import numpy as np
import pytest
import torch
from torch import nn

from heed.base.settings import load
from heed.explain.placement import AxisPlacement
from heed.methods.catalogue import METRICS
from heed.methods.scoring import (
    grid_of,
    maps_of,
    placement_of,
    score_network,
    scored_rows,
    subject_of,
)
from heed.methods.settings import ScoreParams
from heed.methods.tables.score_array import present_mean
from heed.networks.network import Head, Network
from heed.small_networks.network import small_network
from heed.small_networks.settings import SmallNetwork
from tests.methods.changed_params import STUDY

PARAMS = load(ScoreParams, STUDY / "params.yaml").model_copy(
    update={"methods": ["gradcam", "layercam", "occlusion"], "batch_size": 16}
)
SIDE, CELL = 64, 16


def sees_red() -> Network:
    """Answers by how much red is in each block of 16 pixels: its logit is the mean, less 1/8."""
    trunk = nn.Conv2d(3, 1, CELL, stride=CELL)
    layer = nn.Linear(1, 1)
    with torch.no_grad():
        trunk.weight.zero_()
        trunk.weight[0, 0] = 1 / CELL**2
        trunk.bias.zero_()
        layer.weight.fill_(8.0)
        layer.bias.fill_(-0.1)
    return Network("red", nn.Sequential(trunk), Head({"output": layer})).eval()


@pytest.fixture
def scene() -> tuple[np.ndarray, np.ndarray]:
    """Four images with a red block each, and its mask."""
    images = np.zeros((4, SIDE, SIDE, 3), np.uint8)
    masks = np.zeros((4, SIDE, SIDE), np.uint8)
    for row, (y, x) in enumerate([(0, 0), (1, 2), (3, 3), (2, 0)]):
        block = np.s_[row, y * CELL : (y + 1) * CELL, x * CELL : (x + 1) * CELL]
        images[block] = (255, 0, 0)
        masks[block] = 1
    return images, masks


def test_every_method_marks_the_block_that_decides(scene: tuple[np.ndarray, np.ndarray]) -> None:
    images, masks = scene
    subject = subject_of(sees_red(), images, masks, PARAMS)
    assert subject.cells == 4
    assert (subject.logits > 0).all()
    for name, maps in maps_of(subject, PARAMS):
        if name in PARAMS.methods:
            peaks = maps.reshape(4, -1).argmax(axis=1)
            assert masks.reshape(4, -1)[np.arange(4), peaks].all(), name


def test_the_scores_have_the_mask_first_and_the_deciding_block_is_faithful(
    scene: tuple[np.ndarray, np.ndarray],
) -> None:
    images, masks = scene
    scored = score_network(sees_red(), images, masks, range(4), PARAMS)
    assert scored.table.shape == (4, len(PARAMS.maps), len(PARAMS.metrics))
    means = dict(zip(PARAMS.maps, present_mean(scored.table, 0), strict=True))
    faithful = PARAMS.metrics.index("faithfulness")
    assert means["mask"][faithful] > 0.9
    assert means["gradcam"][faithful] > 0.8
    assert abs(means["random"][faithful]) < 0.5
    for metric in ("iou", "proportional_energy"):
        q = PARAMS.metrics.index(metric)
        assert means["mask"][q] == 1.0
        assert means["gradcam"][q] > means["random"][q]


def test_where_nothing_is_red_the_map_is_of_the_other_class() -> None:
    images = np.zeros((2, SIDE, SIDE, 3), np.uint8)
    subject = subject_of(sees_red(), images, np.zeros((2, SIDE, SIDE)), PARAMS)
    assert subject.sign.tolist() == [-1, -1]
    own = subject.perturbations.own[:, None]
    assert subject.perturbations.probabilities(own) == pytest.approx(1 / (1 + np.exp(-0.1)))


def test_without_masks_scores_against_them_are_missing(
    scene: tuple[np.ndarray, np.ndarray],
) -> None:
    images, masks = scene
    scored = score_network(sees_red(), images, 0 * masks, range(4), PARAMS)
    kinds = [METRICS[name].kind for name in PARAMS.metrics]
    for q, kind in enumerate(kinds):
        missing = np.isnan(scored.table[:, : len(PARAMS.methods), q]).all()
        assert missing == (kind == "localisation")


def test_cells_lie_where_they_look_by_arithmetic() -> None:
    recipe = SmallNetwork(depth=3, batch_norm=True, dropout=0.0, stride=16, width=8)
    network = small_network(recipe, 1).eval()
    subject = subject_of(
        network, np.zeros((1, 112, 112, 3), np.uint8), np.zeros((1, 112, 112)), PARAMS
    )
    found = placement_of(subject, PARAMS)
    assert found.x == found.y == AxisPlacement(stride=16, offset=0)
    half = PARAMS.model_copy(update={"placement": "half_pixel"})
    assert placement_of(subject, half).x == AxisPlacement(stride=16, offset=7.5)


def test_the_first_of_each_class_are_scored() -> None:
    import pandas as pd

    test = pd.DataFrame({"kind": ["a", "a", "a", "b", "b"]})
    assert scored_rows(test, 2) == [0, 1, 3, 4]
    assert scored_rows(test, None) == [0, 1, 2, 3, 4]


def test_the_grid_is_asked_for_where_the_network_is() -> None:
    """On torch's device without memory, where a tensor of another device would be refused."""
    assert grid_of(sees_red().to("meta"), SIDE) == SIDE // CELL
