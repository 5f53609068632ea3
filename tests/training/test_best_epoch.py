"""Whole trainings against a plain loop that goes back to the best epoch, by loss or by error."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from heed.training.crops import LabelledCrops
from heed.training.settings import Plateau, TrainingSettings
from heed.training.trainer import train

RNG = np.random.default_rng(0)
SIZE = 8


def crops(count):
    """Noise with labels that its colour hardly tells, so that losses go up and down."""
    images = RNG.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8)
    labels = np.where(RNG.random((count, 40)) < 0.3, 1, -1)
    return LabelledCrops(images, labels)


TRAINING, VALIDATION = crops(5 * SIZE), crops(SIZE + 3)
"""The last validation batch is smaller: a mean of batch means is another number."""


NAMES = [f"attribute {number}" for number in range(40)]


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.BatchNorm1d(12), nn.Linear(12, 40)
    )


def settings(**changes):
    values = {
        "epochs": 14,
        "batch_size": SIZE,
        "optimizer": "sgd",
        "learning_rate": 3.0,
        "momentum": 0.9,
        "weight_decay": 0.0,
        "schedule": "plateau",
        "plateau": Plateau(factor=0.5, patience=1, cooldown=1),
        "early_stop": None,
        "keep": "best_loss",
        "precision": "32-true",
        "devices": 1,
        "flip": False,
        "seed": 0,
    }
    return TrainingSettings(**values | changes)


OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 3.0, "momentum": 0.9}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.03, "momentum": 0.9}),
    "adam": (torch.optim.Adam, {"lr": 0.3}),
    "adamw": (torch.optim.AdamW, {"lr": 0.3, "weight_decay": 0.0}),
}


class Loop:
    """The plain loop; its attributes say what happened."""

    def __init__(self, wanted, net):
        self.rates, self.losses, self.returns, self.states = [], [], [], []
        kind, values = OPTIMIZERS[wanted.optimizer]
        optimizer = kind(net.parameters(), **values)
        best, bad, rest, least = None, 0, 0, np.inf
        self.errors = []
        for epoch in range(wanted.epochs):
            rate = optimizer.param_groups[0]["lr"]
            self.rates.append(rate)
            self._fit(net, optimizer, epoch)
            self.states.append(copy.deepcopy(net.state_dict()))
            loss = self.loss(net)
            self.losses.append(loss)
            self.errors.append(self.error(net))
            judged = self.errors[-1].mean() if wanted.keep == "best_error" else loss
            if loss < least * (1 - 1e-4):
                least, bad = loss, 0
            else:
                bad += 1
            if rest > 0:
                rest, bad = rest - 1, 0
            if best is None or judged < best[0]:
                state = copy.deepcopy((net.state_dict(), optimizer.state_dict()))
                best = (judged, epoch, *state)
            if wanted.early_stop and epoch - best[1] >= wanted.early_stop:
                break
            if bad > wanted.plateau.patience:
                bad, rest = 0, wanted.plateau.cooldown
                rate *= wanted.plateau.factor
                if epoch + 1 < wanted.epochs:
                    net.load_state_dict(best[2])
                    optimizer.load_state_dict(copy.deepcopy(best[3]))
                    self.returns.append((epoch, best[1]))
                optimizer.param_groups[0]["lr"] = rate
        self.best_epoch, self.best = best[1], best[2]
        self.last = net.state_dict()

    @staticmethod
    def _logits(net, crops, rows):
        return net(torch.from_numpy(crops.images[rows]).permute(0, 3, 1, 2).float() / 255)

    def _fit(self, net, optimizer, epoch):
        net.train()
        order = np.arange(len(TRAINING))
        np.random.default_rng([0, epoch]).shuffle(order)
        for rows in order.reshape(-1, SIZE):
            targets = torch.from_numpy(TRAINING.labels[rows] > 0).float()
            loss = nn.functional.binary_cross_entropy_with_logits(
                self._logits(net, TRAINING, rows), targets
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    @classmethod
    def loss(cls, net):
        net.eval()
        targets = torch.from_numpy(VALIDATION.labels > 0).float()
        with torch.no_grad():
            logits = cls._logits(net, VALIDATION, slice(None))
            return float(nn.functional.binary_cross_entropy_with_logits(logits, targets))

    @classmethod
    def error(cls, net):
        net.eval()
        with torch.no_grad():
            logits = cls._logits(net, VALIDATION, slice(None)).numpy()
        return np.mean((logits >= 0) != (VALIDATION.labels > 0), axis=0)


@pytest.fixture(autouse=True)
def _no_reading_processes_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 1)


def save(network, path):
    torch.save(network.state_dict(), path)


def trained(folder, wanted):
    net = network()
    points = train(
        net,
        TRAINING,
        VALIDATION,
        loss="bce",
        weighting="none",
        settings=wanted,
        folder=folder,
        attributes=NAMES,
        save=save,
    )
    return net.state_dict(), points


def assert_as_in(loop, weights, points, keep):
    assert [point["validation/loss"] for point in points] == pytest.approx(loop.losses, rel=1e-4)
    assert [point["learning_rate"] for point in points] == pytest.approx(loop.rates)
    torch.testing.assert_close(weights, dict(loop.last if keep == "last" else loop.best))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_goes_back_to_the_best_epoch_when_the_rate_drops(tmp_path, optimizer, capfd):
    values = OPTIMIZERS[optimizer][1]
    wanted = settings(
        optimizer=optimizer, learning_rate=values["lr"], momentum=values.get("momentum", 0.0)
    )
    loop = Loop(wanted, network())
    assert len(set(loop.rates)) >= 3
    assert any(back < epoch for epoch, back in loop.returns)
    weights, points = trained(tmp_path / "run", wanted)
    assert_as_in(loop, weights, points, "best_loss")
    told = [line for line in capfd.readouterr().err.splitlines() if "learning rate" in line]
    assert len(told) == len(loop.returns)
    epoch, back = loop.returns[0]
    assert f"after epoch {epoch + 1}, from epoch {back + 1}" in told[0]


@pytest.mark.parametrize("early_stop", [None, 4])
def test_the_lowest_error_can_be_what_is_the_best(tmp_path, early_stop, capfd):
    wanted = settings(keep="best_error", early_stop=early_stop)
    loop, by_loss = Loop(wanted, network()), Loop(settings(early_stop=early_stop), network())
    assert loop.best_epoch != by_loss.best_epoch
    assert any(back < epoch for epoch, back in loop.returns)
    assert loop.losses != by_loss.losses  # it goes back to another epoch
    weights, points = trained(tmp_path / "run", wanted)
    assert_as_in(loop, weights, points, "best_error")
    errors = [point["validation/error_rate"] for point in points]
    assert errors == pytest.approx(np.mean(loop.errors, axis=1), abs=1e-6)
    table = pd.read_csv(tmp_path / "run/curves/attribute_errors.csv", index_col="epoch")
    assert table.columns.tolist() == NAMES
    assert table.index.tolist() == list(range(1, len(points) + 1))
    np.testing.assert_allclose(table, loop.errors, atol=1e-6)


def test_weights_of_every_so_many_epochs_are_those_before_it_goes_back(tmp_path):
    wanted = settings(keep_every=2)
    loop = Loop(wanted, network())
    back = [epoch + 1 for epoch, best in loop.returns if best < epoch]
    assert any(epoch % 2 == 0 for epoch in back)
    trained(tmp_path / "run", wanted)
    files = {int(file.stem): file for file in (tmp_path / "run/epochs").iterdir()}
    assert sorted(files) == list(range(2, wanted.epochs + 1, 2))
    for epoch, file in files.items():
        expected = dict(loop.states[epoch - 1])
        torch.testing.assert_close(dict(torch.load(file)), expected, rtol=1e-3, atol=1e-4)


def test_last_is_the_last_epoch_even_if_the_rate_drops_after_it(tmp_path):
    drop = Loop(settings(), network()).returns[0][0] + 1
    wanted = settings(keep="last", epochs=drop)
    loop = Loop(wanted, network())
    assert loop.returns == []
    assert loop.best_epoch + 1 < drop
    weights, points = trained(tmp_path / "run", wanted)
    assert_as_in(loop, weights, points, "last")


def test_a_small_rate_is_not_written_as_zero(tmp_path):
    _, points = trained(tmp_path / "run", settings(epochs=1, learning_rate=1.25e-9))
    assert points[0]["learning_rate"] == 1.25e-9
    table = (tmp_path / "run/curves/plots/metrics/learning_rate.tsv").read_text()
    assert table == "step\tlearning_rate\n1\t1.25e-09\n"


def test_stops_so_many_epochs_after_the_best(tmp_path, capfd):
    wanted = settings(early_stop=3, epochs=40)
    loop = Loop(wanted, network())
    assert 3 < len(loop.losses) < 40
    assert len(loop.losses) == loop.best_epoch + 1 + 3
    weights, points = trained(tmp_path / "run", wanted)
    assert_as_in(loop, weights, points, "best_loss")
    assert f"the best was epoch {loop.best_epoch + 1}" in capfd.readouterr().err

    again, points_again = trained(tmp_path / "run", wanted)  # nothing is left to do
    assert points_again == points
    torch.testing.assert_close(again, weights, rtol=0, atol=0)
    assert "images/s" not in capfd.readouterr().err


@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_best_is_kept_whatever_the_schedule(tmp_path, schedule):
    wanted = settings(schedule=schedule, optimizer="adam", learning_rate=0.03)
    last, points = trained(tmp_path / "last", wanted.model_copy(update={"keep": "last"}))
    losses = [point["validation/loss"] for point in points]
    epoch = int(np.argmin(losses))
    assert 0 < epoch < wanted.epochs - 1
    assert "learning_rate" not in points[0]
    best, _ = trained(tmp_path / "best", wanted)
    assert any(not torch.equal(best[name], last[name]) for name in last)
    net = network()
    net.load_state_dict(best)
    assert Loop.loss(net) == pytest.approx(losses[epoch], abs=2e-6)


def test_an_epoch_as_good_as_the_best_is_no_better(tmp_path):
    """With steps too small to change a weight all losses are equal: the first epoch is the best."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 40))
    wanted = settings(epochs=8, learning_rate=1e-30, early_stop=3)
    points = train(net, TRAINING, VALIDATION, loss="bce", weighting="none", settings=wanted,
                   folder=tmp_path)  # fmt: skip
    assert len({point["validation/loss"] for point in points}) == 1
    assert len(points) == 1 + 3
