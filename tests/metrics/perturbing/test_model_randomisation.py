import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

import heed
from heed.metrics.perturbing.model_randomisation import model_randomisation
from heed.metrics.reference_maps import edge_maps


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4),
    )  # fmt: skip


IMAGES = torch.rand(2, 3, 16, 18, generator=torch.Generator().manual_seed(1))


def test_gradcam_changes_and_the_edge_detector_does_not():
    trained = network()
    told = {"order": "cascading", "seed": 5}
    of_cells = lambda model, images: heed.explain(model, images, layer="4").maps  # noqa: E731
    found = list(model_randomisation(of_cells, trained, IMAGES, **told))
    assert [each.layers for each in found] == [("7", "3", "1", "0")[: i + 1] for i in range(4)]
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


def test_missing_and_infinite_maps_are_missing():
    rng = np.random.default_rng(0)
    own, other = rng.random((2, 2, 3, 16, 18))
    own[0, 0, 2, 3], other[0, 1, 4, 4], other[1, 2, 5, 5] = np.nan, np.nan, np.inf
    maps = iter([own, other])
    (found,) = model_randomisation(lambda *_: next(maps), network(), IMAGES)
    for likeness in (found.rank_correlation, found.similarity):
        assert np.argwhere(np.isnan(likeness)).tolist() == [[0, 0], [0, 1], [1, 2]]


def test_a_method_may_write_its_next_maps_over_the_last():
    buffer = np.empty((2, 4, 16, 18))

    def explain(model, images):
        with torch.no_grad():
            buffer[:] = model[0](images)[:, :4]
        return buffer

    (found,) = model_randomisation(explain, network(), IMAGES)
    assert (found.rank_correlation < 0.99).all()


@pytest.mark.parametrize("shape", [(0, 3, 4, 4), (2, 0, 4, 4)])
def test_no_maps_have_no_likeness(shape):
    images = IMAGES[: shape[0]]
    (found,) = model_randomisation(lambda *_: torch.ones(shape), network(), images)
    assert found.rank_correlation.shape == found.similarity.shape == shape[:2]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="order: found 'backwards'"):
        model_randomisation(lambda *_: np.ones((2, 4, 3, 3)), network(), IMAGES, "backwards")
    sizes = iter([(2, 4, 16, 18), (2, 4, 8, 9)])
    with pytest.raises(ValueError, match=r"\(2, 4, 16, 18\) and, asked again, \(2, 4, 8, 9\)"):
        next(model_randomisation(lambda *_: np.ones(next(sizes)), network(), IMAGES))
    with pytest.raises(ValueError, match=r"found maps \(2,\); expected \(N, A, h, w\) for N = 2"):
        next(model_randomisation(lambda *_: np.ones(2), network(), IMAGES))
