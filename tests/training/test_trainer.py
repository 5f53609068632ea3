import os

import numpy as np
import pytest
import torch

from heed.networks.catalogue import build
from heed.params import ModelParams, TrainParams
from heed.training.callbacks import LastEpoch
from heed.training.crops import LabelledCrops
from heed.training.trainer import one_class_attributes, train

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
    network = build("nano")
    model = ModelParams(
        network="nano", weights="train", pretrained=None, loss="bce", weighting=weighting
    )
    settings = TrainParams(
        epochs=epochs, batch_size=16, learning_rate=rate, weight_decay=0.01, flip=True, seed=seed
    )
    points = train(network, training, VALIDATION, model=model, settings=settings, folder=folder)
    assert not network.training
    state = network.published_state()
    return b"".join(tensor.numpy().tobytes() for tensor in state.values()), points


class StoppedError(Exception):
    pass


def stop_after(monkeypatch, epochs):
    """Let the training fail right after its checkpoint of an epoch was written."""
    save = LastEpoch.on_train_epoch_end

    def save_and_stop(self, trainer, module):
        save(self, trainer, module)
        if trainer.current_epoch + 1 == epochs:
            raise StoppedError

    monkeypatch.setattr(LastEpoch, "on_train_epoch_end", save_and_stop)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_learns_what_can_be_told_apart(tmp_path):
    _, points = run(tmp_path / "run", epochs=12, weighting="moon_expectation")
    assert points[0]["validation/error"] > 0.2
    assert points[-1]["validation/error"] < 0.03
    assert points[-1]["validation/balanced_error"] < 0.03
    assert points[-1]["train/loss"] < points[0]["train/loss"] / 2


def test_same_seed_same_bytes_for_any_number_of_readers(tmp_path, monkeypatch):
    weights = []
    for cores in (1, 4):  # no reading process, and two
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        weights.append(run(tmp_path / str(cores))[0])
    assert weights[0] == weights[1]
    assert files(tmp_path / "1" / "curves") == files(tmp_path / "4" / "curves")
    assert run(tmp_path / "other", seed=1)[0] != weights[0]


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
            "validation/error",
            "validation/balanced_error",
        )
    }
    table = curves["plots/metrics/validation/error.tsv"].decode().splitlines()
    assert table == [
        "step\terror",
        *(f"{epoch}\t{point['validation/error']}" for epoch, point in enumerate(points, start=1)),
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


def test_a_partition_without_crops_is_an_error(tmp_path):
    empty = LabelledCrops(TRAINING.images[:0], TRAINING.labels[:0])
    with pytest.raises(ValueError, match="training partition has no crops"):
        run(tmp_path / "run", training=empty)
