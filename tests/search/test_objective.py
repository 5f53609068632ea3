"""Real trainings of a tiny network, also killed."""

import json
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from optuna.exceptions import TrialPruned
from optuna.trial import FrozenTrial, Trial

from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from heed.search.objective import Training, kept_error
from heed.search.space import Space
from heed.search.study import Outcome, Study, number_of, state_of
from heed.search.trials import trials_table
from heed.search.work import run_trial, work
from heed.training.crops import LabelledCrops
from tests.places import ROOT
from tests.search.conftest import DEFAULT, SPACE, search_params
from tests.search.test_space import SETTINGS

TINY = {"network": {"nano": None}, "batch_size": [8, 16], "epochs": {"low": 2, "high": 3}}


def params(**changes):
    return search_params(**({"space": SPACE | TINY, "trials": 3, "startup": 2} | changes))


def training() -> Training:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 255, (24, 32, 32, 3), np.uint8)
    labels = np.where(generator.random((24, 40)) < 0.4, 1, -1)
    crops = LabelledCrops(images, labels)
    return Training(crops, crops, "bce", "none", SETTINGS, params().space)


def search(folder: Path, journal: Path) -> None:
    """Search as a stage does, noting each epoch that is trained."""
    objective = training()

    def noted(choice, checkpoints, report, title):
        def told(epoch, error):
            with journal.open("a") as file:
                file.write(json.dumps([title, epoch, error]) + "\n")
            report(epoch, error)

        return objective(choice, checkpoints, told, title)

    study = Study(folder, params(), DEFAULT, beat=1)
    study.wait_for_signs_of_life()
    work(study, noted, folder)
    study.close()


def noted(journal: Path) -> list[tuple[str, int, float]]:
    return [tuple(json.loads(line)) for line in journal.read_text().splitlines()]


def table_of(folder: Path) -> str:
    study = Study(folder, params(), DEFAULT)
    table = trials_table(study.finished())
    study.close()
    return table.to_csv(index=False)


def test_a_killed_search_loses_and_repeats_nothing(tmp_path: Path) -> None:
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    command = [sys.executable, "-m", "tests.search.test_objective", resumed, tmp_path / "first"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        wait_for_epoch(tmp_path / "first", "trial 1 of 3", 2, process)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    before = noted(tmp_path / "first")
    search(whole, tmp_path / "reference")
    search(resumed, tmp_path / "second")
    after = noted(tmp_path / "second")

    assert table_of(resumed) == table_of(whole)
    assert table_of(whole).count("complete") == 3
    # What was trained before the kill is what was to be trained, and trial 0 is not run again.
    reference = noted(tmp_path / "reference")
    assert before == reference[: len(before)]
    assert after == reference[-len(after) :]
    # Trial 1 goes on after its last checkpoint; at most one epoch is trained twice.
    assert after[0][0] == "trial 1 of 3"
    assert after[0][1] >= 2
    assert len(before) + len(after) <= len(reference) + 1
    assert not list(resumed.glob("trial_*"))


def wait_for_epoch(journal: Path, title: str, epoch: int, process: subprocess.Popen) -> None:
    while process.poll() is None:
        if journal.exists() and f'["{title}", {epoch},' in journal.read_text():
            return
        time.sleep(0.01)
    raise AssertionError(f"the search ended with {process.returncode} before {title}")


@pytest.fixture
def study(tmp_path: Path):
    opened = Study(tmp_path / "study", params(), DEFAULT)
    yield opened
    opened.close()


def run(study: Study, objective, tmp_path: Path) -> FrozenTrial:
    """Run the next trial; it is told how it ended, and so is the study."""
    ended = study.run_next(lambda trial: run_trial(trial, objective, tmp_path / "checkpoints", 3))
    assert ended is not None
    return ended


def test_an_extension_is_trained_from_the_weights_it_starts_from(tmp_path) -> None:
    """At a rate of next to nothing it answers as these, where its new layer is the identity."""
    torch.manual_seed(5)
    weights = tmp_path / "affact.safetensors"
    save_weights(build("nano", 40), weights)

    def error(network: str, layer: str) -> float:
        start = {"start": "affact", "new_layer": layer}
        space = Space.model_validate(SPACE | TINY | {"network": {network: start}})
        objective = replace(training(), space=space, trained={"affact": str(weights)})
        choice = DEFAULT | {"network": network, "learning_rate": 1e-12, "epochs": 1}
        return objective(choice, tmp_path / f"{network}_{layer}", lambda *_: None, "")

    further = error("nano", "random")  # without a layer that is new
    assert error("nano_ext", "identity") == further
    assert error("nano_ext", "random") != further


def test_a_training_that_diverges_is_an_outcome(study, tmp_path) -> None:
    choice = DEFAULT | {"learning_rate": 1e30}  # no study proposes it, but the trainer takes it
    real = training()

    def diverging(_, folder, report, title):
        return real(choice, folder, report, title)

    assert state_of(run(study, diverging, tmp_path)) == "diverged"


def test_too_little_memory_is_an_outcome(study, tmp_path) -> None:
    def greedy(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    assert state_of(run(study, greedy, tmp_path)) == "out_of_memory"


def test_a_fault_is_no_outcome_and_its_trial_is_run_again(tmp_path) -> None:
    study = Study(tmp_path / "study", params(), DEFAULT)

    def faulty(*_):
        raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such file"):
        work(study, faulty, tmp_path)
    study.close()
    again = Study(tmp_path / "study", params(), DEFAULT)
    trial = run(again, lambda *_: 0.5, tmp_path)
    assert (number_of(trial), state_of(trial), trial.params) == (0, "complete", DEFAULT)
    again.close()


def test_a_trial_is_judged_after_each_epoch_and_told_of_once(tmp_path) -> None:
    study = Study(tmp_path / "study", params(pruner="halving"), DEFAULT)
    curves = {0: [0.5, 0.4, 0.3], 1: [0.6, 0.1]}
    reached = {}

    def objective(choice, folder, report, title):
        number = int(title.split()[1])
        for epoch, error in enumerate(curves[number], start=1):
            reached[number] = epoch
            report(epoch, error)
            report(epoch, error)  # as a resumed training may
        return curves[number][-1]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(study, objective, tmp_path).value == 0.3
        assert state_of(run(study, objective, tmp_path)) == "pruned"
    assert reached == {0: 3, 1: 1}
    study.close()


def test_a_trial_that_was_killed_while_it_was_pruned_is_not_trained_again(tmp_path) -> None:
    settings = params(pruner="median", startup=1)
    study = Study(tmp_path / "study", settings, DEFAULT)

    def first(trial: Trial) -> Outcome:
        trial.report(0.2, 1)
        return Outcome("complete", 0.2)

    def second(trial: Trial) -> Outcome:
        trial.report(0.9, 1)
        raise KeyboardInterrupt

    study.run_next(first)
    with pytest.raises(KeyboardInterrupt):
        study.run_next(second)
    study.close()

    def never(*_):
        raise AssertionError("trained again")

    again = Study(tmp_path / "study", settings, DEFAULT)
    assert state_of(run(again, never, tmp_path)) == "pruned"
    again.close()


def test_a_pruned_training_ends_at_once(tmp_path) -> None:
    study = Study(tmp_path / "study", params(pruner="median", startup=1), DEFAULT)

    def first(trial: Trial) -> Outcome:
        for epoch in (1, 2, 3):
            trial.report(0.0, epoch)  # which no training reaches
        return Outcome("complete", 0.0)

    study.run_next(first)
    pruned = run(study, training(), tmp_path)
    assert state_of(pruned) == "pruned"
    assert list(pruned.intermediate_values) == [1]
    assert pruned.value == pruned.intermediate_values[1]
    study.close()


def test_what_stops_a_training_prunes_it(study, tmp_path) -> None:
    def stopped(*_):
        raise TrialPruned

    assert state_of(run(study, stopped, tmp_path)) == "pruned"


def test_the_error_is_that_of_the_kept_weights() -> None:
    points = [
        {"validation/loss": loss, "validation/error_rate": error}
        for loss, error in ((0.5, 0.30), (0.2, 0.25), (0.3, 0.20), (0.4, 0.40))
    ]
    assert kept_error(points, "best_loss") == 0.25
    assert kept_error(points, "best_error") == 0.20
    assert kept_error(points, "last") == 0.40


def test_left_over_checkpoints_of_finished_trials_are_removed(tmp_path) -> None:
    settings = params(trials=1)
    study = Study(tmp_path, settings, DEFAULT)
    study.run_next(lambda _: Outcome("complete", 0.5))
    (tmp_path / "trial_0").mkdir()
    work(study, lambda *_: 0.5, tmp_path)
    assert not (tmp_path / "trial_0").exists()
    assert [state_of(ended) for ended in study.finished()] == ["complete"]
    study.close()


if __name__ == "__main__":
    search(Path(sys.argv[1]), Path(sys.argv[2]))
