"""Several processes that train one network, on the CPU; and what a machine cannot do."""

import os

import numpy as np
import pytest
import torch
from torch import nn

from heed.networks.catalogue import build
from heed.training.crops import LabelledCrops
from heed.training.settings import Plateau, TrainingSettings
from heed.training.trainer import train
from tests.forked_scripts import ForkedScript

SCRIPT = '''
from pathlib import Path

import numpy as np
import torch
from torch import nn

from heed.training.crops import LabelledCrops
from heed.training.settings import TrainingSettings
from heed.training.trainer import train


def crops(count, seed):
    """Reddish or greenish noise; odd attributes say reddish, even ones greenish.

    Their last batch of 5 has one image: it leaves the second process without any.
    """
    rng = np.random.default_rng(seed)
    reddish = rng.random(count) < 0.4
    images = rng.integers(0, 195, (count, 16, 16, 3), dtype=np.uint8)
    images[reddish, ..., 0] += 60
    images[~reddish, ..., 1] += 60
    labels = np.where(reddish[:, None] == (np.arange(40) % 2 == 1), 1, -1)
    return LabelledCrops(images, labels)


if __name__ == "__main__":
    found = {}
    for devices in (1, 2):
        torch.manual_seed(0)
        network = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(8, 40),
        )
        start = torch.cat([tensor.flatten() for tensor in network.state_dict().values()])
        settings = TrainingSettings(
            epochs=6, batch_size=5, optimizer="sgd", learning_rate=1.0, momentum=0.9,
            weight_decay=1e-3, schedule="plateau",
            plateau={"factor": 0.5, "patience": 0, "cooldown": 0}, early_stop=None, keep="last",
            precision="32-true", devices=devices, flip=True, seed=1,
        )
        points = train(
            network, crops(21, 0), crops(11, 1), loss="bce", weighting="moon_sampling",
            settings=settings, folder=Path(str(devices)),
        )
        weights = torch.cat([tensor.flatten() for tensor in network.state_dict().values()])
        found[devices] = weights, points
    (alone, points), (together, same_points) = found.values()
    assert (alone - start).abs().max() > 0.05
    assert len({point["learning_rate"] for point in points}) > 1
    difference = (alone - together).abs().max()
    assert difference < 1e-5, difference
    for point, same in zip(points, same_points, strict=True):
        assert point.keys() == same.keys()
        for name in point:
            assert abs(point[name] - same[name]) < 1e-5, (name, point, same)
    files = [
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
        for folder in (Path("1"), Path("2"))
    ]
    assert files[0] == files[1]
'''


@pytest.mark.skipif(torch.cuda.is_available(), reason="compares processes on the CPU")
def test_two_processes_end_where_one_does(tmp_path):
    script, output = tmp_path / "script.py", tmp_path / "output"
    script.write_text(SCRIPT)
    status = ForkedScript(script, (), output).wait(timeout=600)
    assert status == 0, output.read_text()
    # one progress line for each training, though three processes trained
    assert output.read_text().count(" 0/126 [") == 2


def crops(count):
    rng = np.random.default_rng(count)
    labels = np.where(rng.random((count, 40)) < 0.3, 1, -1)
    return LabelledCrops(rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), labels)


TRAINING, VALIDATION = crops(64), crops(16)


def settings(**changes):
    values = {
        "epochs": 1,
        "batch_size": 16,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "momentum": 0.0,
        "weight_decay": 0.0,
        "schedule": "constant",
        "plateau": Plateau(factor=0.5, patience=1, cooldown=1),
        "early_stop": None,
        "keep": "last",
        "precision": "32-true",
        "devices": 1,
        "flip": False,
        "seed": 0,
    }
    return TrainingSettings(**values | changes)


@pytest.mark.skipif(torch.cuda.is_available(), reason="what a machine without a GPU cannot do")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"precision": "16-mixed"}, "precision is 16-mixed, but there is no GPU"),
        ({"devices": 2}, "devices is 2, but there is no GPU: .*batch normalisation"),
    ],
)
def test_what_the_cpu_cannot_do_is_refused(tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        train(
            build("nano", 40),
            TRAINING,
            VALIDATION,
            loss="bce",
            weighting="none",
            settings=settings(**changes),
            folder=tmp_path / "run",
        )


def test_several_devices_do_not_report(tmp_path):
    with pytest.raises(ValueError, match="found 2 devices; a training that reports"):
        train(
            nn.Linear(1, 1),
            TRAINING,
            VALIDATION,
            loss="bce",
            weighting="none",
            settings=settings(devices=2),
            folder=tmp_path / "run",
            report=print,
        )


def test_mixed_precision_trains_about_the_same_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    losses, weights = [], []
    for precision in ("32-true", "bf16-mixed"):
        torch.manual_seed(0)
        network = build("nano", 40)
        (point,) = train(
            network,
            TRAINING,
            VALIDATION,
            loss="mse",
            weighting="none",
            settings=settings(precision=precision, learning_rate=0.01),
            folder=tmp_path / precision,
        )
        losses.append(point["train/loss"])
        weights.append(network.state_dict())
    assert losses[0] != losses[1]
    assert losses[0] == pytest.approx(losses[1], rel=0.02)
    assert {tensor.dtype for tensor in weights[0].values()} == {
        tensor.dtype for tensor in weights[1].values()
    }
