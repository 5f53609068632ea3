"""Trainings that are killed for real, at any batch, and started again."""

import os
import re

import pytest

from tests.forked_scripts import ForkedScript

SCRIPT = '''
import json, os, random, signal, sys
from pathlib import Path

import dvc.repo  # which DVCLive would import in every process
import numpy as np
import torch
from torch import nn

from heed.training.crops import LabelledCrops
from heed.training.settings import TrainingSettings
from heed.training.trainer import train

CHANGES = {
    "plateau": {"keep": "last"},
    "best-error": {"keep": "best_error"},
    "early-stop": {"optimizer": "rmsprop", "learning_rate": 0.03, "early_stop": 4, "epochs": 30},
    "one-cycle": {"optimizer": "adamw", "learning_rate": 1e-2, "schedule": "one_cycle"},
    "constant": {"optimizer": "adam", "learning_rate": 1e-2, "schedule": "constant"},
}
BASE = {
    "epochs": 8, "batch_size": 8, "optimizer": "sgd", "learning_rate": 3.0, "momentum": 0.9,
    "weight_decay": 0.01, "schedule": "plateau",
    "plateau": {"factor": 0.5, "patience": 1, "cooldown": 0}, "early_stop": None,
    "keep": "best_loss", "keep_every": 3, "precision": "32-true", "devices": 1, "flip": True,
    "seed": 0,
}


def crops(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random((count, 40)) < 0.3, 1, -1)
    return LabelledCrops(rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), labels)


class Deadly(nn.Module):
    """A small network that ends its own process with SIGKILL in a batch of the training."""

    def __init__(self, batch):
        super().__init__()
        self.layers = nn.Sequential(
            nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.BatchNorm1d(12), nn.Dropout(0.2),
            nn.Linear(12, 40),
        )
        self.left = batch

    def forward(self, images):
        if self.training:
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
        return self.layers(images)


def save(network, path):
    torch.save(network.state_dict(), path)


def run(folder, settings, batch):
    """Train in a process of its own; returns how it ended."""
    child = os.fork()
    if child == 0:
        torch.manual_seed(0)
        network = Deadly(batch)
        points = train(
            network, crops(43, 0), crops(11, 1), loss="bce", weighting="moon_sampling",
            settings=settings, folder=folder, save=save,
            attributes=[f"a{number}" for number in range(40)],
        )
        torch.save(network.state_dict(), folder / "weights")
        (folder / "points").write_text(json.dumps(points))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    os.cpu_count = lambda: 1  # no process that outlives the killed one
    for name, changes in CHANGES.items():
        settings = TrainingSettings(**BASE | changes)
        whole, killed = Path(name, "whole"), Path(name, "killed")
        assert run(whole, settings, -1) == 0
        points = json.loads((whole / "points").read_text())
        steps, draws = 6 * len(points), random.Random(name)
        # in the first epoch, then in any later one; or once in each epoch
        batches = [draws.randrange(6), draws.randrange(7, steps)]
        if name == "plateau":
            batches[1:] = [6 + draws.randrange(6) for _ in points[1:]]
        ends = [run(killed, settings, batch) for batch in (*batches, -1)]
        assert ends == [-signal.SIGKILL] * len(batches) + [0], (name, batches, ends)
        assert (killed / "weights").read_bytes() == (whole / "weights").read_bytes(), name
        assert (killed / "points").read_text() == (whole / "points").read_text(), name
        errors = "curves/attribute_errors.csv"
        assert (killed / errors).read_text() == (whole / errors).read_text(), name
        assert len((whole / errors).read_text().splitlines()) == 1 + len(points)
        epochs = [f"{epoch}.safetensors" for epoch in range(3, len(points) + 1, 3)]
        assert sorted(file.name for file in (whole / "epochs").iterdir()) == sorted(epochs)
        for file in epochs:
            assert (killed / "epochs" / file).read_bytes() == (whole / "epochs" / file).read_bytes()
        rates = {point.get("learning_rate") for point in points}
        print(name, "killed after batches", *batches, "epochs", len(points), "rates", len(rates))
'''


def python(script, folder):
    """Run a script; its output goes to a file, which no process that is left can hold open."""
    path = folder / "script.py"
    path.write_text(script)
    output = folder / "output"
    code = ForkedScript(path, (), output).wait(timeout=600)
    text = output.read_text()
    assert code == 0, text
    return [line for line in text.replace("\r", "\n").splitlines() if " killed " in line]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start processes quickly")
def test_killed_at_any_batch_ends_with_the_same_bytes(tmp_path):
    lines = python(SCRIPT, tmp_path)
    found = {
        name: [int(number) for number in re.findall(r"\d+", rest)[-2:]]
        for name, rest in (line.split(" ", 1) for line in lines)
    }
    assert list(found) == ["plateau", "best-error", "early-stop", "one-cycle", "constant"]
    assert found["plateau"][1] >= 2  # the rate dropped
    assert found["early-stop"][0] < 30
