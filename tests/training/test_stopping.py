"""Signals to trainings that run for real: how they end, what they leave, how they resume."""

import os
import re
import signal
import socket
import sys
import time
from multiprocessing import resource_sharer
from pathlib import Path

import pytest
import torch

from heed.training.stopping import outlive_the_training
from tests.forked_scripts import ForkedScript

SCRIPT = '''
import signal, sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from heed.training.crops import LabelledCrops
from heed.training.settings import TrainingSettings
from heed.training.trainer import train

class Stopped(SystemExit):
    """What some handler of signals raises."""


def handler(number, frame):
    raise Stopped(128 + number)


def crops(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random((count, 40)) < 0.3, 1, -1)
    return LabelledCrops(rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), labels)


if __name__ == "__main__":
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
    folder, devices, epochs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.2),
        nn.Linear(32, 40),
    )
    settings = TrainingSettings(
        epochs=epochs, batch_size=8, optimizer="sgd", learning_rate=0.1, momentum=0.9,
        weight_decay=0.01, schedule="plateau",
        plateau={"factor": 0.5, "patience": 1, "cooldown": 0}, early_stop=None, keep="best_loss",
        precision="32-true", devices=devices, flip=True, seed=0,
    )
    try:
        train(
            network, crops(403, 0), crops(11, 1), loss="bce", weighting="moon_sampling",
            settings=settings, folder=folder, monitor_system=True, next_run="the next one",
        )
    except Stopped as stop:
        print(*stop.__notes__, file=sys.stderr)
        raise
    torch.save(network.state_dict(), folder / "weights")
'''


LONG = 600
"""Seconds in which what does not hang is over on any machine, however busy."""


class Running:
    """The script as a process, the first of a group of its own."""

    def __init__(self, root: Path, name: str, devices: int = 1, epochs: int = 6) -> None:
        (root / "script.py").write_text(SCRIPT)
        self.started = time.time()
        self.folder, self.output = root / name, root / f"{name}.output"
        self.output.touch()  # the process makes it a moment later than it is asked for
        arguments = (self.folder, devices, epochs)
        self.process = ForkedScript(root / "script.py", arguments, self.output)

    def end(self, number: int, *, group: bool) -> int:
        """Send a signal in the middle of an epoch that is not the first; returns the status."""
        deadline = time.monotonic() + LONG
        checkpoint = self.folder / "last.ckpt"
        while not (checkpoint.exists() and checkpoint.stat().st_mtime > self.started):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        (os.killpg if group else os.kill)(self.process.pid, number)
        return self.process.wait(timeout=LONG)

    def lines(self) -> list[str]:
        return self.output.read_text().replace("\r", "\n").splitlines()

    def left_running(self) -> list[str]:
        """Processes of the group that outlive its first by more than a moment.

        Python's tracker of shared memory ends by itself once all that speak to it have ended.
        """
        deadline = time.monotonic() + 20
        while (found := self._running()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _running(self) -> list[str]:
        """Processes of the group, without those that have ended or are being taken down.

        These have no command line any more, or wait for someone to ask for their status.
        """
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
                command = stat.parent.joinpath("cmdline").read_text()
            except OSError:
                continue
            if int(group) == self.process.pid and state != "Z" and command:
                found.append(command)
        return found


@pytest.mark.parametrize(
    ("number", "group", "devices"),
    [
        (signal.SIGTERM, False, 1),
        (signal.SIGTERM, True, 1),
        (signal.SIGINT, True, 1),
        (signal.SIGHUP, False, 1),
        (signal.SIGTERM, True, 2),
    ],
)
def test_a_signal_ends_the_training_with_its_status_and_one_line(
    tmp_path: Path, number: int, group: bool, devices: int
) -> None:
    if devices > 1 and torch.cuda.is_available():
        pytest.skip("starts its processes on the CPU")
    running = Running(tmp_path, "run", devices, epochs=60)
    assert running.end(number, group=group) == 128 + number
    done = torch.load(running.folder / "last.ckpt", weights_only=True)["epoch"] + 1
    lines = running.lines()
    # On a line of its own; no other process said anything, once the training had begun.
    lines = lines[next(i for i, line in enumerate(lines) if line.startswith("train: ")) :]
    assert lines[-1] == f"train: stopped after epoch {done} of 60; the next one resumes there"
    assert [line for line in lines if line and not line.startswith("train: ")] == []
    assert running.left_running() == []


def test_a_reader_says_nothing_of_a_training_that_hung_up(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As a signal does that reaches the training while it takes images over."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    outlive_the_training(0)
    shared = resource_sharer.DupFd(0)
    with socket.socket(socket.AF_UNIX) as training:
        training.connect(shared._id[0])
    os.close(shared.detach())  # one after the other: the first has been dealt with
    assert capfd.readouterr().err == ""
    sys.excepthook(ValueError, ValueError("another"), None)
    assert capfd.readouterr().err == "ValueError: another\n"


def test_before_the_first_epoch_there_is_nothing_to_resume(tmp_path: Path) -> None:
    running = Running(tmp_path, "run", epochs=60)
    while not re.search(r" [1-9]\d*/24180 ", running.output.read_text()):
        assert running.process.poll() is None, running.output.read_text()
        time.sleep(0.005)
    os.kill(running.process.pid, signal.SIGTERM)
    assert running.process.wait(timeout=LONG) == 143
    assert running.lines()[-1] == "train: stopped before the end of epoch 1 of 60; " + (
        "the next one starts anew"
    )


def test_a_stopped_training_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    whole = Running(tmp_path, "whole")
    assert whole.process.wait(timeout=LONG) == 0
    for number in (signal.SIGTERM, signal.SIGINT):
        stopped = Running(tmp_path, "stopped", epochs=6)
        assert stopped.end(number, group=True) == 128 + number, stopped.output.read_text()
    assert not (tmp_path / "stopped/weights").exists()
    resumed = Running(tmp_path, "stopped")
    assert resumed.process.wait(timeout=LONG) == 0
    assert " 0/2418 " not in resumed.output.read_text()
    for file in ("weights", "curves/metrics.json", "curves/plots/metrics/train/loss.tsv"):
        expected = (tmp_path / "whole" / file).read_bytes()
        assert (tmp_path / "stopped" / file).read_bytes() == expected
