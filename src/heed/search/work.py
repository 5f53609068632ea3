"""Running the trials of a search, one after the other."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from optuna.exceptions import TrialPruned
from optuna.trial import Trial
from tqdm import tqdm

from heed.search.space import Choice
from heed.search.study import Outcome, Study

Report = Callable[[int, float], None]
"""Told of each epoch: its number from 1 and its validation error; raises to end the training."""

Objective = Callable[[Choice, Path, Report, str], float]
"""The error of a choice: called with it, a folder for checkpoints, a report, and a title."""


def run_trial(trial: Trial, objective: Objective, folder: Path, total: int) -> Outcome:
    """Run a trial, from where it was killed if it was.

    Args:
        trial: with its values in ``params``.
        objective: what the trial's choice is judged by.
        folder: for its checkpoints.
        total: number of trials, for the title.

    Returns:
        How it ended. A choice that makes the training diverge, or that needs more memory
        than the device has, is an outcome, too.
    """

    def report(epoch: int, error: float) -> None:
        if epoch not in told:  # a resumed training may tell of an epoch once more
            trial.report(error, epoch)
            told.add(epoch)
        if trial.should_prune():
            raise TrialPruned

    known = trial.study.get_trials(deepcopy=False)[trial.number]
    told = set(known.intermediate_values)
    if told and trial.should_prune():  # killed between the report and what follows from it
        return Outcome("pruned")
    try:
        error = objective(known.params, folder, report, f"trial {trial.number} of {total}")
    except TrialPruned:
        return Outcome("pruned")
    except torch.OutOfMemoryError:
        return Outcome("out_of_memory")
    except ValueError as problem:
        if "diverged" not in str(problem):
            raise
        return Outcome("diverged")
    return Outcome("complete", error)


def work(
    study: Study, objective: Objective, folder: Path, goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Run trials until all are finished, or taken by other workers.

    Args:
        study: whose trials are run.
        objective: what a choice is judged by.
        folder: for checkpoints, which are removed with the trial's end.
        goes_on: asked before each trial.
    """
    for ended in study.finished():  # killed before it could tidy up
        shutil.rmtree(_checkpoints(folder, ended.number), ignore_errors=True)
    while goes_on() and (trial := study.claim()) is not None:
        checkpoints = _checkpoints(folder, trial.number)
        outcome = run_trial(trial, objective, checkpoints, study.params.trials)
        study.finish(trial, outcome)
        shutil.rmtree(checkpoints, ignore_errors=True)
        error = "" if outcome.error is None else f", validation error {outcome.error:.2%}"
        tqdm.write(f"trial {trial.number}: {outcome.state}{error}", file=sys.stderr)


def _checkpoints(folder: Path, number: int) -> Path:
    return folder / f"trial_{number}"
