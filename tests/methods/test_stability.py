"""How far noise moves maps, against a loop that is written out, and where the answer turns."""

import numpy as np
import pytest
import torch

from heed.base.settings import load
from heed.methods.networks import new_network
from heed.methods.run_settings import RunParams
from heed.methods.scoring import maps_of, subject_of
from heed.methods.settings import ScoreParams, StabilityParams
from heed.methods.stability import noise_table
from heed.metrics.structural_similarity import structural_similarity
from tests.methods.changed_params import STUDY
from tests.methods.test_scoring import sees_red

NOISE = StabilityParams(images=2, radius=0.05, draws=3, seed=4)
SCORE = load(ScoreParams, STUDY / "params.yaml").model_copy(
    update={"methods": ["gradcam", "guided_backpropagation"]}
)
SIDE = 64


def noisy(images: np.ndarray, draw: int) -> np.ndarray:
    rng = np.random.default_rng([NOISE.seed, draw])
    noise = rng.uniform(-NOISE.radius, NOISE.radius, (len(images), 3, SIDE, SIDE))
    levels = images / 255 + noise.transpose(0, 2, 3, 1).astype(np.float32)
    return np.clip(np.rint(255 * levels), 0, 255).astype(np.uint8)


def test_the_largest_change_and_the_mean_similarity_are_those_of_a_loop() -> None:
    torch.manual_seed(0)
    run = load(RunParams, STUDY / "params.yaml").model_copy(update={"width": 8})
    network = new_network(run).eval()
    images = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), np.uint8)
    table = noise_table(network, images, list("abc"), SCORE, NOISE).set_index(["method", "image"])

    def asked(of: np.ndarray) -> dict[str, np.ndarray]:
        params = SCORE.model_copy(update={"references": ["edges"]})
        subject = subject_of(network, of, np.zeros(of.shape[:3]), params)
        found = dict(maps_of(subject, params))
        return {**found, "sign": subject.sign}

    own = asked(images)
    moved = [asked(noisy(images, draw)) for draw in range(NOISE.draws)]
    for method in (*SCORE.methods, "edges"):
        for n, name in enumerate("abc"):
            found, norm = table.loc[(method, name)], np.linalg.norm(own[method][n])
            kept = [m[method][n] for m in moved if m["sign"][n] == own["sign"][n]]
            assert found["kept"] == pytest.approx(len(kept) / NOISE.draws)
            changes = [np.linalg.norm(each - own[method][n]) / norm for each in kept]
            assert found["change"] == pytest.approx(max(changes), abs=2e-3)
            alike = [structural_similarity(each, own[method][n]) for each in kept]
            assert found["similarity"] == pytest.approx(np.mean(alike), abs=2e-3)
            apart = [np.linalg.norm(own[method][o] - own[method][n]) for o in range(3) if o != n]
            assert found["others"] == pytest.approx(np.mean(apart) / norm)
    assert (table["change"] > 0).all()


def test_draws_that_turn_the_answer_around_do_not_count() -> None:
    """3 of 255 in red is just below what is needed; noise that cannot go below 0 brightens it."""
    images = np.zeros((2, SIDE, SIDE, 3), np.uint8)
    images[0, ..., 0] = 3
    images[1, :16, :16, 0] = 255
    network = sees_red()
    score = SCORE.model_copy(update={"methods": ["gradcam"]})
    assert (subject_of(network, images, images[..., 0], score).logits < 0).tolist() == [True, False]
    table = noise_table(network, images, ["turns", "stays"], score, NOISE)
    table = table.set_index(["method", "image"])
    assert table.loc[("gradcam", "turns"), "kept"] == 0
    assert table.loc[("edges", "turns"), ["change", "similarity"]].isna().all()
    stays = table.loc[("gradcam", "stays")]
    assert stays["kept"] == 1
    # One cell of 16 is marked; noise changes what is beside it by little.
    assert 0 < stays["change"] < 0.2
    assert 0.9 < stays["similarity"] < 1
