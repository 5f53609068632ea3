"""The trials of a search, kept so that a kill at any time loses and repeats none of them.

A trial is proposed, run and finished. It is stored with all its values before it runs, and each
step is one transaction. Who runs a trial holds its lock; a trial that is running but whose lock
is free was killed, and is run again as the same trial with the same values.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

import optuna
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, Trial, TrialState
from pydantic import BaseModel

from heed.search.locks import Locks
from heed.search.samplers import proposal, pruner_for
from heed.search.space import Choice, SearchParams

State = Literal["complete", "pruned", "diverged", "out_of_memory"]

WORST: Final = 1.0
"""Error that samplers are told of a trial without any: every decision wrong."""

_NAME = "search"
_STATE = "state"
_CLAIM = 0  # the lock of who proposes or picks a trial; that of trial n is n + 1


class Outcome(NamedTuple):
    """How a trial ended.

    Attributes:
        state: ``diverged`` and ``out_of_memory``: its training failed, which is how bad the
            choice is, not a fault of the search.
        error: on the validation faces, 0..1, of a trial that is complete; None for others.
    """

    state: State
    error: float | None = None


class Study:
    """The trials of one search in one folder; several processes may work on them.

    Args:
        folder: made where it is missing; one per :func:`identity`. It is on a disk of the
            machine, since locks and SQLite are not to be trusted on every network drive.
        params: of the search.
        default: the choice of trial 0.
    """

    def __init__(self, folder: Path, params: SearchParams, default: Choice) -> None:
        self.params = params
        self.default = default
        folder.mkdir(parents=True, exist_ok=True)
        self._locks = Locks(folder / "locks")
        self._locks.take(_CLAIM, wait=True)
        try:
            # Seconds that one process waits while another one writes; SQLite's 5 are few.
            waiting = {"connect_args": {"timeout": 60}}
            self._storage = RDBStorage(f"sqlite:///{folder / 'trials.sqlite3'}", waiting)
            self._study = optuna.create_study(
                storage=self._storage,
                study_name=_NAME,
                load_if_exists=True,
                direction="minimize",
                sampler=RandomSampler(0),  # never asked: see proposal
                pruner=pruner_for(params),
            )
        finally:
            self._locks.give_back(_CLAIM)

    def claim(self) -> Trial | None:
        """Take a trial to run: one that was killed, or else a new one.

        Returns:
            The trial, with its values in ``params``; this process holds it until
            :meth:`finish`. None when ``params.trials`` are finished or being run.
        """
        self._locks.take(_CLAIM, wait=True)
        try:
            trials = self._study.get_trials(deepcopy=False)
            for trial in trials[: self.params.trials]:
                if trial.state == TrialState.RUNNING and self._hold(trial.number):
                    return self._running(trial.number)
            waiting = [trial.number for trial in trials if trial.state == TrialState.WAITING]
            number = waiting[0] if waiting else len(trials)
            if number >= self.params.trials:
                return None
            if not waiting:
                self._study.add_trial(proposal(trials, self.params, self.default, number))
            self._hold(number)
            return self._study.ask()  # the one that waits
        finally:
            self._locks.give_back(_CLAIM)

    def finish(self, trial: Trial, outcome: Outcome) -> None:
        """Write down how a trial that this process claimed has ended, and let it go."""
        trial.set_user_attr(_STATE, outcome.state)
        if outcome.state == "pruned":
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, WORST if outcome.error is None else outcome.error)
        self._locks.give_back(trial.number + 1)

    def finished(self) -> list[FrozenTrial]:
        """All trials that have ended, in their order."""
        ended = (TrialState.COMPLETE, TrialState.PRUNED)
        return self._study.get_trials(states=ended)

    def close(self) -> None:
        """Let go of all trials; they can be claimed again."""
        self._locks.close()
        self._storage.remove_session()
        self._storage.engine.dispose()

    def _hold(self, number: int) -> bool:
        return self._locks.take(number + 1, wait=False)

    def _running(self, number: int) -> Trial:
        study = self._storage.get_study_id_from_name(_NAME)
        return Trial(
            self._study, self._storage.get_trial_id_from_study_id_trial_number(study, number)
        )


def state_of(trial: FrozenTrial) -> State:
    """How a finished trial has ended."""
    state: State = trial.user_attrs[_STATE]
    return state


def identity(params: SearchParams, *parts: BaseModel | bytes | Mapping[str, object]) -> str:
    """Name a search by all that its trials depend on, so that only they are compared.

    The number of trials and of workers may change: the search goes on. So may Heed's code:
    who mends something does not lose weeks of trials. (A training that was interrupted
    starts anew then.)

    Args:
        params: of the search.
        *parts: the base setting, and what images and labels are read from, in a fixed order.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256(params.model_dump_json(exclude={"trials", "workers"}).encode())
    for part in parts:
        content = part if isinstance(part, bytes) else _bytes_of(part)
        digest.update(len(content).to_bytes(8, "big"))  # so that no two lists run together
        digest.update(content)
    return digest.hexdigest()[:16]


def _bytes_of(part: BaseModel | Mapping[str, object]) -> bytes:
    return (part.model_dump_json() if isinstance(part, BaseModel) else repr(dict(part))).encode()
