"""Faithfulness against a direct implementation of AIX360's definition."""

import numpy as np
import pytest
import torch
from torch import nn

from heed.methods.metrics.faithfulness import of_cells as faithfulness
from heed.methods.subject import Subject
from heed.metrics.perturbing.fillings import base
from heed.networks.network import Head, Network

SIDE, CELLS = 32, 4


def linear(seed: int) -> Network:
    """A network that is linear in its pixels."""
    torch.manual_seed(seed)
    trunk = nn.Sequential(nn.Conv2d(3, 2, SIDE // CELLS, stride=SIDE // CELLS))
    nn.init.uniform_(trunk[0].weight, 0, 0.05)
    return Network("linear", trunk, Head({"output": nn.Linear(2, 1)})).eval()


def by_definition(network: Network, image: np.ndarray, values: np.ndarray) -> float:
    """One cell after the other replaced by its base, never several: - r of values and answers."""
    step = SIDE // CELLS
    image = np.ascontiguousarray(image.transpose(2, 0, 1), np.float32) / 255
    blurred = base(image[None], "blur", SIDE / CELLS)[0]

    def answer(pixels: np.ndarray) -> float:
        with torch.inference_mode():
            return float(network(torch.from_numpy(pixels)[None]))

    predicted = 1 if answer(image) >= 0 else -1
    answers = []
    for cell in range(CELLS**2):
        y, x = divmod(cell, CELLS)
        without = image.copy()
        block = np.s_[:, y * step : (y + 1) * step, x * step : (x + 1) * step]
        without[block] = blurred[block]
        answers.append(1 / (1 + np.exp(-predicted * answer(without))))
    return -np.corrcoef(values, answers)[0, 1]


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_definition_on_linear_models(seed: int) -> None:
    rng, network = np.random.default_rng(seed), linear(seed)
    images = rng.integers(0, 256, (2, SIDE, SIDE, 3), np.uint8)
    values = rng.random((2, CELLS**2)).astype(np.float32)
    maps = np.kron(values.reshape(2, CELLS, CELLS), np.ones((SIDE // CELLS, SIDE // CELLS)))
    with torch.inference_mode():
        pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
        logits = network(pixels)[:, 0].double().numpy()
    subject = Subject(images, np.zeros((2, SIDE, SIDE), bool), network, logits, CELLS, 0.5, 7)
    found = faithfulness(maps.astype(np.float32), subject)
    expected = [by_definition(network, *pair) for pair in zip(images, values, strict=True)]
    assert found == pytest.approx(expected, abs=1e-4)


def test_a_map_that_is_the_same_everywhere_has_none() -> None:
    images = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3), np.uint8)
    subject = Subject(images, np.zeros((1, SIDE, SIDE), bool), linear(0), np.ones(1), CELLS, 0.5, 8)
    assert np.isnan(faithfulness(np.ones((1, SIDE, SIDE), np.float32), subject)).all()


def test_the_passes_are_made_once_for_all_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3), np.uint8)
    network, asked = linear(0), []
    network.register_forward_hook(lambda module, given, answer: asked.append(len(answer)))
    subject = Subject(images, np.zeros((1, SIDE, SIDE), bool), network, np.ones(1), CELLS, 0.5, 64)
    for seed in range(3):
        maps = np.random.default_rng(seed).random((1, SIDE, SIDE)).astype(np.float32)
        faithfulness(maps, subject)
    assert sum(asked) == CELLS**2 + 1  # and once as it is
