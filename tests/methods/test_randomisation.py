"""The check with random weights, on networks whose maps are known to stay or to change."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from heed.base.settings import load
from heed.methods.networks import new_network
from heed.methods.randomisation import likeness_table, untrained
from heed.methods.run_settings import RunParams
from heed.methods.scoring import maps_of, subject_of
from heed.methods.settings import ScoreParams
from heed.methods.tables.likeness import randomisation_table
from heed.methods.tables.score_array import Bootstrap
from tests.methods.changed_params import STUDY

RUN = load(RunParams, STUDY / "params.yaml").model_copy(update={"width": 8})
NETWORK = new_network(RUN)
PARAMS = load(ScoreParams, STUDY / "params.yaml").model_copy(
    update={"methods": ["gradcam", "guided_backpropagation"]}
)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)


def test_the_maps_of_one_network_are_alike_and_edges_always_are(images: np.ndarray) -> None:
    network = untrained(NETWORK, 0)
    table = likeness_table(network, untrained(NETWORK, 0), images, list("abc"), PARAMS)
    assert table["likeness"].to_numpy() == pytest.approx(1)
    other = likeness_table(network, untrained(NETWORK, 1), images, list("abc"), PARAMS)
    of_edges = other[other["method"] == "edges"]
    assert of_edges["likeness"].tolist() == pytest.approx([1, 1, 1])
    assert (other[other["method"] == "gradcam"]["likeness"] < 0.99).all()


def test_likeness_is_spearmans(images: np.ndarray) -> None:
    networks = untrained(NETWORK, 0), untrained(NETWORK, 1)
    table = likeness_table(*networks, images, list("abc"), PARAMS).set_index(["method", "image"])
    maps = [
        dict(maps_of(subject_of(network, images, np.zeros((3, 64, 64)), PARAMS), PARAMS))
        for network in networks
    ]
    for method in PARAMS.methods:
        pair = [each[method] for each in maps]
        expected = stats.spearmanr(pair[0][1].ravel(), pair[1][1].ravel()).statistic
        assert table.loc[(method, "b"), "likeness"] == pytest.approx(expected)
        others = [stats.spearmanr(pair[0][0].ravel(), pair[0][n].ravel()).statistic for n in (1, 2)]
        assert table.loc[(method, "a"), "others"] == pytest.approx(np.mean(others))


def test_the_seed_decides_and_torchs_generator_stays() -> None:
    before = torch.random.get_rng_state()
    first, second = untrained(NETWORK, 5), untrained(NETWORK, 5)
    assert torch.equal(torch.random.get_rng_state(), before)
    weights = [
        n.head.get_submodule("output").weight for n in (first, second, untrained(NETWORK, 6))
    ]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_who_passes() -> None:
    rows = [
        {"seed": seed, "image": f"{n}", "method": method, "likeness": value, "others": 0.1}
        for seed in (0, 1, 2)
        for n in range(12)
        for method, value in (("changes", 0.1 + 0.01 * n), ("stays", 0.9), ("unclear", n % 2))
    ]
    table = randomisation_table(pd.DataFrame(rows), Bootstrap(200, 0, 0.95)).set_index("method")
    assert bool(table.loc["changes", "passes"]) is True
    assert bool(table.loc["stays", "passes"]) is False
    assert table.loc["unclear", "passes"] is None
    assert table.loc["changes", "others"] == pytest.approx(0.1)
