import copy

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

import heed
from heed.metrics.perturbing.model_randomisation import model_randomisation, randomised
from heed.metrics.reference_maps import edge_maps


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4),
    )  # fmt: skip


IMAGES = torch.rand(2, 3, 16, 18, generator=torch.Generator().manual_seed(1))
LAYERS = ["7", "3", "1", "0"]


def differs(one, other):
    known, found = one.state_dict(), other.state_dict()
    return {key.split(".")[0] for key in known if not torch.equal(known[key], found[key])}


@pytest.mark.parametrize("order", ["full", "cascading", "independent"])
def test_layers_are_drawn_anew_in_order(order):
    trained = network()
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter += 0.1  # batch norms have no chance in them
    before, state = copy.deepcopy(trained), torch.get_rng_state()
    found = [(layers, differs(trained, copied)) for layers, copied in randomised(trained, order, 3)]
    cascade = [tuple(LAYERS[: i + 1]) for i in range(4)]
    expected = {"full": [cascade[-1]], "cascading": cascade, "independent": [(x,) for x in LAYERS]}
    assert found == [(layers, set(layers)) for layers in expected[order]]
    assert not differs(before, trained)
    assert torch.equal(torch.get_rng_state(), state)
    last = list(randomised(trained, order, 3))[-1][1]
    again = list(randomised(trained, order, 3))[-1][1]
    assert not differs(last, again)
    assert differs(last, list(randomised(trained, order, 30))[-1][1])


def test_gradcam_changes_and_the_edge_detector_does_not():
    trained = network()
    told = {"order": "cascading", "seed": 5}
    of_cells = lambda model, images: heed.explain(model, images, layer="4").maps  # noqa: E731
    found = list(model_randomisation(of_cells, trained, IMAGES, **told))
    assert [each.layers for each in found] == [tuple(LAYERS[: i + 1]) for i in range(4)]
    assert found[0].rank_correlation.shape == found[0].similarity.shape == (2, 4)
    assert abs(found[-1].rank_correlation).mean() < 0.5

    def edges(model, images):
        return np.repeat(edge_maps(images.permute(0, 2, 3, 1).numpy())[:, None], 4, axis=1)

    for each in model_randomisation(edges, trained, IMAGES, **told):
        np.testing.assert_allclose(each.rank_correlation, 1)
        np.testing.assert_allclose(each.similarity, 1)


def test_likeness_is_spearmans_and_missing_where_a_map_is_constant():
    rng = np.random.default_rng(0)
    own, other = rng.random((2, 2, 3, 16, 18)).round(1)
    other[0, 0], other[0, 1, 0, 0], own[1, 2] = 0.5, 0.3, own[1, 2]
    maps = iter([own, other])
    (found,) = model_randomisation(lambda *_: next(maps), network(), IMAGES)
    assert np.isnan(found.rank_correlation).nonzero() == (np.array(0), np.array(0))
    for place in [(0, 1), (1, 0), (1, 2)]:
        expected = spearmanr(own[place].ravel(), other[place].ravel()).statistic
        assert found.rank_correlation[place] == pytest.approx(expected)


def test_what_cannot_be_drawn_anew_is_refused():
    with pytest.raises(ValueError, match="no layer of Sequential has weights"):
        next(randomised(nn.Sequential(nn.ReLU()), "full", 0))
    with pytest.raises(ValueError, match="order: found 'backwards'"):
        next(randomised(network(), "backwards", 0))
    sizes = iter([(2, 4, 16, 18), (2, 4, 8, 9)])
    with pytest.raises(ValueError, match=r"with random weights, \(2, 4, 8, 9\)"):
        next(model_randomisation(lambda *_: np.ones(next(sizes)), network(), IMAGES))
