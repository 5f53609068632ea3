import json
import multiprocessing
import os
import shutil
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from PIL import Image

from heed.affact.augmentation import Augmentation
from heed.affact.photographs import AugmentedPhotographs
from heed.audit.training import audit_settings
from heed.audit.training_settings import TrainParams
from heed.networks.catalogue import build
from heed.training import trainer
from heed.training.crops import LabelledCrops
from heed.training.trainer import StopTraining, one_class_attributes, train

RNG = np.random.default_rng(0)


def crops(count, noise=60):
    """Reddish or greenish noise; odd attributes say reddish, even ones greenish."""
    reddish = RNG.random(count) < 0.4
    images = RNG.integers(0, 255 - noise, (count, 32, 32, 3), dtype=np.uint8)
    images[reddish, ..., 0] += noise
    images[~reddish, ..., 1] += noise
    labels = np.where(reddish[:, None] == (np.arange(40) % 2 == 1), 1, -1)
    return LabelledCrops(images, labels)


TRAINING, VALIDATION = crops(96), crops(32)


@pytest.fixture(autouse=True)
def _same_machine_in_an_empty_folder(tmp_path, monkeypatch):
    """DVCLive looks for a repository from the working folder upwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # one reading process, on any machine
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(folder, *, epochs=3, seed=0, weighting="moon_sampling", rate=2e-3, training=TRAINING):
    """Train nano; returns its weights as bytes and its curves."""
    torch.manual_seed(seed)
    network = build("nano", 40)
    params = TrainParams(
        epochs=epochs, batch_size=16, learning_rate=rate, weight_decay=0.01, flip=True, seed=seed
    )
    points = train(
        network,
        training,
        VALIDATION,
        loss="bce",
        weighting=weighting,
        settings=audit_settings(params),
        folder=folder,
    )
    assert not network.training
    state = network.published_state()
    return b"".join(tensor.numpy().tobytes() for tensor in state.values()), points


def run_with(folder, **arguments):
    """Train for three epochs as the audit does, with further arguments of ``train``."""
    params = TrainParams(
        epochs=3, batch_size=16, learning_rate=2e-3, weight_decay=0.01, flip=False, seed=0
    )
    torch.manual_seed(0)
    network = build("nano", 40)
    points = train(
        network,
        **{"training": TRAINING, "validation": VALIDATION} | arguments,
        loss="bce",
        weighting="none",
        settings=audit_settings(params),
        folder=folder,
    )
    state = network.published_state()
    return b"".join(tensor.numpy().tobytes() for tensor in state.values()), points


class StoppedError(Exception):
    pass


def stop_after(monkeypatch, epochs):
    """Let the training fail right after its checkpoint of an epoch was written."""
    save = ModelCheckpoint.on_train_epoch_end

    def save_and_stop(self, trainer, module):
        save(self, trainer, module)
        if trainer.current_epoch + 1 == epochs:
            raise StoppedError

    monkeypatch.setattr(ModelCheckpoint, "on_train_epoch_end", save_and_stop)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_learns_what_can_be_told_apart(tmp_path):
    _, points = run(tmp_path / "run", epochs=12, weighting="moon_expectation")
    assert points[0]["validation/error_rate"] > 0.2
    assert points[-1]["validation/error_rate"] < 0.03
    assert points[-1]["validation/balanced_error_rate"] < 0.03
    assert points[-1]["train/loss"] < points[0]["train/loss"] / 2


def test_same_seed_same_bytes_for_any_number_of_readers(tmp_path, monkeypatch):
    weights, readers = {}, set()
    start = multiprocessing.process.BaseProcess.start

    def counted(process):
        readers.add(process)
        start(process)

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", counted)
    for workers in (0, 1, 3):
        readers.clear()
        weights[workers] = run_with(tmp_path / str(workers), loader_workers=workers)[0]
        assert len(readers) == 2 * workers  # for the training images, and those of validation
        assert files(tmp_path / str(workers) / "curves") == files(tmp_path / "0" / "curves")
    assert len(set(weights.values())) == 1
    assert run(tmp_path / "other", seed=1)[0] != weights[0]


@pytest.mark.parametrize(
    ("cores", "devices", "gpu", "workers"),
    [(1, 1, False, 0), (1, 1, True, 1), (2, 1, False, 1), (16, 2, True, 4), (64, 1, True, 8)],
)
def test_as_many_readers_as_fit(monkeypatch, cores, devices, gpu, workers):
    monkeypatch.setattr(trainer, "usable_cores", lambda: cores)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert trainer._workers(devices) == workers


def test_a_training_that_is_killed_while_it_keeps_an_epoch_has_the_one_before(
    tmp_path, monkeypatch
):
    whole, points = run(tmp_path / "whole")
    move, moved = shutil.move, []

    def copied_in_part(source, target):
        """As between two disks, when the process is killed in between."""
        moved.append(target)
        if len(moved) < 3:
            return move(source, target)
        content = Path(source).read_bytes()
        Path(target).write_bytes(content[: len(content) // 2])
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "move", copied_in_part)
        with pytest.raises(StoppedError):
            run(tmp_path / "stopped")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        resumed, resumed_points = run(tmp_path / "stopped")
    assert (resumed, resumed_points) == (whole, points)


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_resumed_is_as_if_never_stopped(tmp_path, monkeypatch, epochs):
    whole, points = run(tmp_path / "whole")
    with monkeypatch.context() as patch:
        stop_after(patch, epochs)
        with pytest.raises(StoppedError):
            run(tmp_path / "stopped")
    resumed, resumed_points = run(tmp_path / "stopped")
    assert resumed == whole
    assert resumed_points == points
    assert files(tmp_path / "stopped" / "curves") == files(tmp_path / "whole" / "curves")


def test_curves_have_a_row_per_epoch_and_nothing_else(tmp_path):
    _, points = run(tmp_path / "run", epochs=2)
    curves = files(tmp_path / "run" / "curves")
    assert set(curves) == {"metrics.json"} | {
        f"plots/metrics/{name}.tsv"
        for name in (
            "train/loss",
            "validation/loss",
            "validation/error_rate",
            "validation/balanced_error_rate",
        )
    }
    table = curves["plots/metrics/validation/error_rate.tsv"].decode().splitlines()
    assert table == [
        "step\terror_rate",
        *(
            f"{epoch}\t{point['validation/error_rate']}"
            for epoch, point in enumerate(points, start=1)
        ),
    ]


def test_leaves_no_traces(tmp_path, capfd, recwarn):
    before = torch.are_deterministic_algorithms_enabled()
    run(tmp_path / "run", epochs=1)
    assert torch.are_deterministic_algorithms_enabled() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["curves", "last.ckpt"]
    out, err = capfd.readouterr()
    assert out == ""
    assert "epoch 1/1, error" in err.splitlines()[-1]
    assert all(line.startswith("train:") for line in err.replace("\r", "\n").splitlines() if line)
    assert not recwarn.list


def test_checkpoint_holds_plain_data_only(tmp_path):
    run(tmp_path / "run", epochs=1)
    content = torch.load(tmp_path / "run" / "last.ckpt", weights_only=True)
    assert content["epoch"] == 0


def test_attributes_with_one_class_are_named_and_do_no_harm(tmp_path):
    labels = TRAINING.labels.copy()
    labels[:, 3], labels[:, 8] = 1, -1
    assert one_class_attributes(labels) == [3, 8]
    _, points = run(tmp_path / "run", training=LabelledCrops(TRAINING.images, labels), epochs=1)
    assert np.isfinite(list(points[0].values())).all()


def test_divergence_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"diverged: its loss is (nan|inf) .* 1e\+30"):
        run(tmp_path / "run", rate=1e30)
    assert not (tmp_path / "run" / "last.ckpt").exists()


def test_a_validation_that_is_no_number_is_divergence(tmp_path):
    class Broken(torch.nn.Module):
        """Infinite as soon as it is evaluated."""

        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(3, 40)

        def forward(self, images):
            return self.layer(images.mean(dim=(2, 3))) * (1 if self.training else float("inf"))

    params = TrainParams(
        epochs=1, batch_size=16, learning_rate=0.25, weight_decay=0.0, flip=False, seed=0
    )
    with pytest.raises(ValueError, match=r"its validation loss is inf after epoch 1; .* 0\.25"):
        train(
            Broken(),
            TRAINING,
            VALIDATION,
            loss="mse",
            weighting="none",
            settings=audit_settings(params),
            folder=tmp_path / "run",
        )


def test_epochs_are_reported_until_one_stops_the_training(tmp_path):
    _, points = run_with(tmp_path / "whole")
    seen = []

    def report(epoch, point):
        seen.append((epoch, point))
        if epoch == 2:
            raise StopTraining

    with pytest.raises(StopTraining):
        run_with(tmp_path / "stopped", report=report)
    assert seen == list(enumerate(points[:2], start=1))

    seen.clear()
    resumed = run_with(tmp_path / "stopped", report=lambda *given: seen.append(given))
    assert seen == list(enumerate(points, start=1))[1:]  # the second was not finished
    assert resumed[1] == points


def measuring():
    """DVCLive's threads, which would keep the process from ending."""
    return [thread for thread in threading.enumerate() if "_monitoring_loop" in thread.name]


def test_system_figures_are_apart_and_change_nothing(tmp_path):
    plain, points = run_with(tmp_path / "plain")
    watched = run_with(
        tmp_path / "watched",
        monitor_system=True,
        report=lambda *_: time.sleep(0.6),  # DVCLive writes once per second
    )
    assert watched == (plain, points)
    assert files(tmp_path / "watched" / "curves") == files(tmp_path / "plain" / "curves")
    system = json.loads((tmp_path / "watched" / "system" / "metrics.json").read_text())["system"]
    assert system["cpu"]["count"] > 0
    assert system["ram"]["usage (%)"] > 0
    assert not measuring()

    def stop(epoch, point):
        assert measuring()
        raise StopTraining

    with pytest.raises(StopTraining):
        run_with(tmp_path / "stopped", monitor_system=True, report=stop)
    assert not measuring()


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Noise in files, with labels by chance."""
    folder = tmp_path_factory.mktemp("photographs")
    paths = [str(folder / f"{number}.jpg") for number in range(24)]
    for path in paths:
        Image.fromarray(RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    transforms = np.tile([[0.8, 0, 0], [0, 0.8, 0]], (24, 1, 1))
    return paths, transforms, np.where(RNG.random((24, 40)) < 0.4, 1, -1)


def test_photographs_are_jittered_anew_and_resumed(tmp_path, monkeypatch, photographs):
    normal = {"enabled": True, "mean": 0.0, "std": 0.1}
    augmentation = Augmentation.model_validate(
        dict.fromkeys(("scale", "angle", "shift", "blur", "gamma"), normal)
        | {
            "mirror": {"enabled": True, "probability": 0.5},
            "temperature": {"enabled": False, "low": 1000, "high": 10000, "step": 500},
        }
    )

    def images(fixed):
        return AugmentedPhotographs(*photographs, 32, augmentation, 0, fixed=fixed)

    def trained(name):
        return run_with(tmp_path / name, training=images(False), validation=images(True))

    whole, points = trained("whole")
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        with pytest.raises(StoppedError):
            trained("stopped")
    assert trained("stopped") == (whole, points)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert trained("other readers") == (whole, points)
    fixed = run_with(tmp_path / "fixed", training=images(True), validation=images(True))
    assert fixed[0] != whole
    assert fixed[1][0]["train/loss"] == points[0]["train/loss"]  # the first epoch is the same


def test_a_partition_without_crops_is_an_error(tmp_path):
    empty = LabelledCrops(TRAINING.images[:0], TRAINING.labels[:0])
    with pytest.raises(ValueError, match="training partition has no images"):
        run(tmp_path / "run", training=empty)
