"""The trials of a search, kept by Optuna so that a kill at any time loses and repeats none of them.

A trial is proposed, queued, run and finished; each step is one transaction. Who runs a trial
shows it by a heartbeat. An attempt at a trial whose heart has stopped, or that ended with an
error, has failed: the trial is queued again with the same values, and goes on from its
checkpoint. docs/decisions/trials-that-were-killed.md says what is Optuna's, and why there is more.
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import optuna
from filelock import FileLock
from optuna.exceptions import ExperimentalWarning, TrialPruned
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.trial import FrozenTrial, Trial, TrialState
from tqdm import tqdm

from heed.search.samplers import proposal, pruner_for
from heed.search.space import Choice, SearchParams, suggest

State = Literal["complete", "pruned", "diverged", "out_of_memory"]

WORST: Final = 1.0
"""Error that samplers are told of a trial without any: every decision wrong."""

BEAT: Final = 10
"""Seconds from one heartbeat of a trial to the next."""

MISSED: Final = 6
"""After so many beats without a sign of life a trial counts as killed."""

_NAME = "search"
_NUMBER = "number"
_STATE = "state"
_ENDED: Final = (TrialState.COMPLETE, TrialState.PRUNED)


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
        folder: made where it is missing; one per :func:`~heed.search.identity.identity`. It is
            on a disk of the machine, since SQLite is not to be trusted on every network drive.
        params: of the search.
        default: the choice of trial 0.
        beat: seconds from one heartbeat to the next.
    """

    def __init__(
        self, folder: Path, params: SearchParams, default: Choice, *, beat: int = BEAT
    ) -> None:
        self.params = params
        self.default = default
        self._grace = MISSED * beat
        folder.mkdir(parents=True, exist_ok=True)
        # Two processes that propose at once would propose the same.
        self._claim = FileLock(folder / "claim.lock")
        with self._claim, _experimental():
            self._storage = RDBStorage(
                f"sqlite:///{folder / 'trials.sqlite3'}",
                # Seconds that one process waits while another one writes; SQLite's 5 are few.
                {"connect_args": {"timeout": 60}},
                heartbeat_interval=beat,
                grace_period=self._grace,
            )
            optuna.create_study(
                storage=self._storage, study_name=_NAME, load_if_exists=True, direction="minimize"
            )
            self._study = _Attempts(
                _NAME,
                self._storage,
                sampler=RandomSampler(0),  # never asked: see proposal
                pruner=pruner_for(params),
            )
            self._retry = RetryHeartbeatStaleTrialCallback(inherit_intermediate_values=True)

    def run_next(self, run: Callable[[Trial], Outcome]) -> FrozenTrial | None:
        """Run a trial: one that was begun and failed, or else a new one.

        Args:
            run: called with the trial, which has all its values in ``params``; says how it
                ended. What it raises is passed on, and leaves the trial to be run again.

        Returns:
            The trial as it is then: it has ended, unless this process stood still for so long
            that another one has taken the trial over. None when all ``params.trials`` have
            ended or are being run.
        """
        trials: list[Trial] = []
        taken_over = False
        with ExitStack() as claim:
            claim.enter_context(self._claim)
            if not self._queued():
                return None

            def begun(trial: Trial) -> float:
                nonlocal taken_over
                trials.append(trial)
                suggest(trial, self.params.space)  # what was queued: nothing is drawn
                claim.close()  # others may claim while this one runs
                try:
                    outcome = run(trial)
                    trial.set_user_attr(_STATE, outcome.state)
                except Exception:
                    taken_over = self._study.every()[trial.number].state == TrialState.FAIL
                    raise
                except KeyboardInterrupt:
                    raise
                except BaseException:  # a signal's: Optuna notes only the two above
                    self._study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)
                    raise
                if outcome.state == "pruned":
                    raise TrialPruned
                return WORST if outcome.error is None else outcome.error

            try:
                self._study.optimize(begun, n_trials=1)
            except Exception:
                if not taken_over:
                    raise
        return self._last_attempts()[number_of(trials[0])]

    def finished(self) -> list[FrozenTrial]:
        """All trials that have ended, in their order."""
        return [trial for trial in self._last_attempts().values() if trial.state in _ENDED]

    def wait_for_signs_of_life(self) -> None:
        """Wait until it is known which of the trials that seem to be running really are.

        Called before a search goes on: the trials of one that was killed would be taken for
        those of another that lives, and left out. Where none seems to run, nothing is waited
        for.
        """
        deadline = time.monotonic() + self._grace + 2  # the database counts whole seconds
        told = False
        while time.monotonic() < deadline:
            with _experimental():
                fail_stale_trials(self._study)
            running = [
                number
                for number, trial in self._last_attempts().items()
                if trial.state == TrialState.RUNNING
            ]
            if not running:
                return
            if not told:
                tqdm.write(
                    f"search: trial {', '.join(map(str, running))} seems to be running; whether it "
                    f"was killed is known in {self._grace} seconds at most",
                    file=sys.stderr,
                )
                told = True
            time.sleep(0.5)

    def close(self) -> None:
        """Close the database."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    def _queued(self) -> bool:
        """See to it that a trial waits to be run, if one is left; the claim is held."""
        with _experimental():
            fail_stale_trials(self._study)
        trials = self._last_attempts()
        wanted = [trial for number, trial in trials.items() if number < self.params.trials]
        for trial in wanted:
            if trial.state == TrialState.FAIL:
                self._retry(self._study, trial)
        if not any(trial.state in (TrialState.FAIL, TrialState.WAITING) for trial in wanted):
            number = len(trials)
            if number >= self.params.trials:
                return False
            choice = proposal(list(trials.values()), self.params, self.default, number)
            self._study.enqueue_trial(choice, {_NUMBER: number})
        # Killed between its start and its first heartbeat, a trial would count as running for
        # ever: Optuna overlooks those without any.
        first = next(t for t in self._study.every() if t.state == TrialState.WAITING)
        study = self._storage.get_study_id_from_name(_NAME)
        self._storage.record_heartbeat(
            self._storage.get_trial_id_from_study_id_trial_number(study, first.number)
        )
        return True

    def _last_attempts(self) -> dict[int, FrozenTrial]:
        """The last attempt at each trial, by the trial's number, in their order."""
        return {number_of(attempt): attempt for attempt in self._study.every()}


class _Attempts(optuna.Study):
    """Optuna's study, in which pruners see no trial twice.

    Optuna repeats a trial as a new one; successive halving would count both.
    """

    def get_trials(self, deepcopy: bool = True, states: Any = None) -> list[FrozenTrial]:
        """All attempts but the failed ones."""
        trials = super().get_trials(deepcopy, states)
        return [trial for trial in trials if trial.state != TrialState.FAIL]

    def every(self) -> list[FrozenTrial]:
        """All attempts, by Optuna's own numbers."""
        return super().get_trials(deepcopy=False)


def number_of(trial: Trial | FrozenTrial) -> int:
    """A trial's number in the search, from 0: that of its first attempt and of all others."""
    number: int = trial.user_attrs[_NUMBER]
    return number


def state_of(trial: FrozenTrial) -> State:
    """How a finished trial has ended."""
    state: State = trial.user_attrs[_STATE]
    return state


@contextmanager
def _experimental() -> Iterator[None]:
    """Without Optuna's note that heartbeats may change: requirements.lock names its version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield
