"""Maps of the page's switched faces: those of the stage cams, for every method and network."""

import numpy as np
import pytest
import torch
import zarr
from torch import nn

from heed.audit.causal_trials import Training
from heed.audit.moves import Moves
from heed.audit.shown_flips import _explained
from heed.explain.catalogue import METHODS
from heed.explain.explainers import explainer_of
from heed.networks.catalogue import build
from heed.networks.other import OtherNetwork

CROPS = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
ATTRIBUTES = np.array([2, 0, 39])
LABELS = np.array([1, -1, -1], np.int8)


def own() -> nn.Module:
    network = nn.Sequential(
        nn.Conv2d(3, 4, 5, 16), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 16, 8), nn.Tanh(),
        nn.Linear(8, 40),
    )  # fmt: skip
    return OtherNetwork("python:mine:make", network)


@pytest.mark.parametrize("target", [1, 2, 3, 4])
@pytest.mark.parametrize("method", ["gradcam", "layercam"])
@pytest.mark.parametrize("make", [own, lambda: build("nano", 40)], ids=["own", "nano"])
def test_maps_have_the_sign_of_the_target(tmp_path, make, method, target):
    torch.manual_seed(0)
    network = make()
    group = zarr.open_group(tmp_path / "1.zarr", mode="w")
    group.attrs.update({"method": method, "layer": "before_relu", "target": target})
    training = Training(
        "mine", network, tmp_path / "1.zarr", np.ones((1, 40), np.int8),
        Moves(np.zeros((1, 40)), np.ones(40)),
    )  # fmt: skip
    found = _explained(training, CROPS, ATTRIBUTES, LABELS)

    explainer = explainer_of(network, {method: METHODS[method]}, "before_relu", CROPS[:1], 40)
    expected = explainer(CROPS)
    for row, (attribute, label) in enumerate(zip(ATTRIBUTES, LABELS, strict=True)):
        z = expected.logits[row, attribute]
        sign = {1: 1, 2: np.sign(z), 3: np.sign(z) * label, 4: label}[target]
        of_z = expected.maps[method][row, attribute]
        of_minus = -of_z if method == "gradcam" else expected.maps["layercam.minus"][row, attribute]
        np.testing.assert_allclose(found.maps[row], of_z if sign > 0 else of_minus, atol=1e-6)
        assert found.logits[row] == pytest.approx(z, abs=1e-5)
    assert np.isnan(found.contribution).all() == isinstance(network, OtherNetwork)
