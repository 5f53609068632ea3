"""Running the trials of a search, one after the other."""

import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from optuna.exceptions import TrialPruned
from optuna.trial import Trial
from tqdm import tqdm

from heed.search.space import Choice
from heed.search.study import Outcome, Study, number_of, state_of
from heed.training.failures import DivergedError

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
        with warnings.catch_warnings():
            # Optuna ignores what a resumed training tells once more, but not in silence.
            warnings.filterwarnings("ignore", ".* is already reported")
            trial.report(error, epoch)
        if trial.should_prune():
            raise TrialPruned

    if trial.should_prune():  # killed between the report and what follows from it
        return Outcome("pruned")
    title = f"trial {number_of(trial)} of {total}"
    try:
        error = objective(trial.params, folder, report, title)
    except TrialPruned:
        return Outcome("pruned")
    except torch.OutOfMemoryError:
        return Outcome("out_of_memory")
    except DivergedError:
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

    def run(trial: Trial) -> Outcome:
        checkpoints = _checkpoints(folder, number_of(trial))
        return run_trial(trial, objective, checkpoints, study.params.trials)

    for ended in study.finished():  # killed before it could tidy up
        shutil.rmtree(_checkpoints(folder, number_of(ended)), ignore_errors=True)
    while goes_on() and (ran := study.run_next(run)) is not None:
        number = number_of(ran)
        if not ran.state.is_finished():
            message = "taken over by another worker, as this one gave no sign of life"
        else:
            shutil.rmtree(_checkpoints(folder, number), ignore_errors=True)
            message = state_of(ran)
            if message == "complete":
                message += f", validation error {ran.value:.2%}"
        tqdm.write(f"trial {number}: {message}", file=sys.stderr)


def _checkpoints(folder: Path, number: int) -> Path:
    return folder / f"trial_{number}"
