"""The check with random weights, on networks whose maps are known to stay or to change."""

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from heed.base.settings import load
from heed.explain.any_network import explain
from heed.methods.networks import new_network
from heed.methods.randomisation import cascade, likeness_table
from heed.methods.run_settings import RunParams
from heed.methods.scoring import maps_of, subject_of
from heed.methods.settings import ScoreParams
from heed.metrics.structural_similarity import structural_similarity
from heed.networks.network import Network
from tests.methods.changed_params import STUDY

torch.manual_seed(0)
RUN = load(RunParams, STUDY / "params.yaml").model_copy(update={"width": 8})
NETWORK = new_network(RUN).eval()
PARAMS = load(ScoreParams, STUDY / "params.yaml").model_copy(
    update={"methods": ["gradcam", "guided_backpropagation"]}
)
BLOCKS = ["output", "stage2_block1", "stage1_block1", "stem"]


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)


def changed(network: Network) -> list[str]:
    """The children of trunk and head whose weights differ from the trained network's."""
    before, after = NETWORK.state_dict(), network.state_dict()
    names = [
        ".".join(name.split(".")[1:2]) for name in before if not before[name].equal(after[name])
    ]
    return list(dict.fromkeys(names))


def test_blocks_become_random_from_the_output_down_each_with_its_batch_norm() -> None:
    torch.nn.init.normal_(NETWORK.trunk.get_submodule("stem_norm").weight, 1, 0.1)
    found = [(block, changed(copied)) for block, copied in cascade(NETWORK, 0)]
    assert [block for block, _ in found] == BLOCKS
    assert [set(names) for _, names in found] == [
        {"output"},
        {"output", "stage2_block1"},
        {"output", "stage2_block1", "stage1_block1"},
        {"output", "stage2_block1", "stage1_block1", "stem", "stem_norm"},
    ]


def test_the_seed_decides_and_torchs_generator_stays() -> None:
    before = torch.random.get_rng_state()
    first, second, third = (
        [copied.head.get_submodule("output").weight.clone() for _, copied in cascade(NETWORK, seed)]
        for seed in (5, 5, 6)
    )
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first[0], second[0])
    assert not torch.equal(first[0], third[0])
    assert torch.equal(first[0], first[3]), "what is random already is not drawn again"


def test_likeness_is_spearmans_and_the_structural_similarity(images: np.ndarray) -> None:
    table = likeness_table(NETWORK, images, list("abc"), PARAMS, [7])
    table = table.set_index(["step", "method", "measure", "image"]).sort_index()
    *_, (_, random) = cascade(NETWORK, 7)
    with torch.inference_mode():
        logits = NETWORK(torch.from_numpy(images).permute(0, 3, 1, 2) / 255)[:, 0].numpy()
    sign = np.where(logits >= 0, 1, -1).astype(np.int8)[:, None]
    for method in PARAMS.methods:
        pair = [
            explain(network, images, method).layers[0].signed(sign)[:, 0]
            for network in (NETWORK, random)
        ]
        for measure, form in (("rank", np.asarray), ("absolute", np.abs)):
            of_pair = [form(each) for each in pair]
            expected = stats.spearmanr(of_pair[0][1].ravel(), of_pair[1][1].ravel()).statistic
            found = table.loc[(4, method, measure, "b")]
            assert found["likeness"] == pytest.approx(expected, abs=1e-5)
            others = [
                stats.spearmanr(of_pair[0][0].ravel(), of_pair[0][n].ravel()).statistic
                for n in (1, 2)
            ]
            found = table.loc[(4, method, measure, "a")]
            assert found["others"] == pytest.approx(np.mean(others), abs=1e-5)
    subject = subject_of(NETWORK, images, np.zeros((3, 64, 64)), PARAMS)
    own = dict(maps_of(subject, PARAMS))["gradcam"]
    expected = np.mean([structural_similarity(own[2], own[n]) for n in (0, 1)])
    assert table.loc[(1, "gradcam", "ssim", "c"), "others"] == pytest.approx(expected)
    assert table.loc[(1, "gradcam", "rank"), "trained"].tolist() == pytest.approx(
        logits.tolist(), abs=1e-5
    )


def test_maps_are_of_the_class_that_the_trained_network_predicts(images: np.ndarray) -> None:
    """With the output's weights turned around, Grad-CAM's map of one class is turned around."""
    table = likeness_table(NETWORK, images, list("abc"), PARAMS, range(4))
    first = table[(table["step"] == 1) & (table["measure"] == "rank")]
    gradcam = first[first["method"] == "gradcam"].groupby("draw")["likeness"].mean()
    assert gradcam.min() < 0 < gradcam.max()


def test_edges_stay_and_logits_are_those_of_both_networks(images: np.ndarray) -> None:
    table = likeness_table(NETWORK, images, list("abc"), PARAMS, [0, 1])
    edges = table[table["method"] == "edges"]
    assert edges["likeness"].to_numpy() == pytest.approx(1)
    assert (edges["others"] < 0.9).all()
    assert len(table) == 2 * 4 * 3 * 3 * 3  # draws, steps, images, maps, measures
    others = table[table["method"] != "edges"]
    assert (others.groupby(["method", "measure"])["likeness"].min() < 0.99).all()
    _, copied = next(cascade(NETWORK, 1))
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        expected = copied(pixels)[:, 0].tolist()
    found = table.query("draw == 1 and step == 1 and method == 'edges' and measure == 'rank'")
    assert found["random"].tolist() == pytest.approx(expected, abs=1e-5)


class Vanishes(nn.Module):
    """Features that are 0 where the stem is trained, and so are the maps."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features * 0


def test_constant_maps_are_missing_and_not_alike(images: np.ndarray) -> None:
    network = new_network(RUN).eval()
    network.trunk.add_module("vanishes", Vanishes())
    table = likeness_table(network, images, list("abc"), PARAMS, [0])
    gradcam = table[table["method"] == "gradcam"]
    assert gradcam[["likeness", "others"]].isna().all(axis=None)
    assert table[table["method"] == "edges"]["likeness"].notna().all()
