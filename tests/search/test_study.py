import os
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from optuna.trial import Trial, TrialState

from heed.search import study as study_module
from heed.search.samplers import proposal
from heed.search.study import WORST, Outcome, Study, number_of, state_of

BEAT = 1
GRACE = 3


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_module, "MISSED", GRACE)


class Signal(BaseException):
    """What a handler raises."""


ERRORS = (0.5, 0.4, 0.3, 0.35, 0.45, 0.32, 0.31, 0.2, 0.44)
"""Of the trials, by their numbers: successive halving takes the sixth for good, but not if it
counts the third twice."""


def raises(problem: BaseException) -> Callable[[], None]:
    def end() -> None:
        raise problem

    return end


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run_all(folder: Path, params, default, stop_before: int | None = None, end=None) -> list[int]:
    """Run trials; the process ends in one of them. Returns the numbers that were run."""
    study = Study(folder, params, default, beat=BEAT)
    numbers: list[int] = []

    def run(trial: Trial) -> Outcome:
        number = number_of(trial)
        checkpoint = folder / f"epochs_of_{number}"
        last = int(checkpoint.read_text()) if checkpoint.exists() else 1
        for epoch in range(last, 4):  # the last one is told once more
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                trial.report(ERRORS[number] + 0.1 / epoch, epoch)
            if trial.should_prune():
                numbers.append(number)
                return Outcome("pruned")
            checkpoint.write_text(str(epoch))
            if number == stop_before and epoch == 2:
                end()
        numbers.append(number)
        return Outcome("complete", ERRORS[number])

    try:
        while study.run_next(run) is not None:
            pass
    except (Signal, KeyboardInterrupt, ZeroDivisionError):
        pass
    finally:
        study.close()
    return numbers


def start_process(*arguments) -> int:
    """Run trials in a process of its own; returns its number."""
    child = os.fork()
    if child == 0:
        try:
            run_all(*arguments)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def end_of(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def contents(folder: Path, params, default) -> list[tuple]:
    study = Study(folder, params, default)
    trials = [
        (number_of(t), t.state, t.value, t.params, t.intermediate_values) for t in study.finished()
    ]
    study.close()
    return trials


ENDS = {
    "signal": raises(Signal()),
    "interrupt": raises(KeyboardInterrupt()),
    "fault": raises(ZeroDivisionError()),
}


@pytest.mark.parametrize(
    ("sampler", "end"), [("random", "fault"), ("tpe", "signal"), ("gp", "interrupt")]
)
def test_an_interrupted_search_ends_as_if_it_had_not_been(
    tmp_path, make_params, default, capsys, sampler, end
) -> None:
    params = make_params(sampler=sampler, trials=7)
    assert run_all(tmp_path / "whole", params, default) == list(range(7))
    resumed = tmp_path / "resumed"
    assert run_all(resumed, params, default, 0, ENDS[end]) == []
    assert run_all(resumed, params, default, 5, ENDS[end]) == [0, 1, 2, 3, 4]
    study = Study(resumed, params, default, beat=BEAT)
    study.wait_for_signs_of_life()
    study.close()
    assert "seems to be running" not in capsys.readouterr().err  # nothing is waited for
    assert run_all(resumed, params, default) == [5, 6]
    assert run_all(resumed, params, default) == []
    expected = contents(tmp_path / "whole", params, default)
    assert expected[0][3] == default
    assert contents(resumed, params, default) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start processes quickly")
@pytest.mark.parametrize("pruner", ["halving", "median"])
def test_a_killed_search_ends_as_if_it_had_not_been(tmp_path, make_params, default, pruner) -> None:
    params = make_params(trials=9, pruner=pruner, startup=2)
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    run_all(whole, params, default)
    expected = contents(whole, params, default)
    assert TrialState.PRUNED in [state for _, state, *_ in expected[3:]]
    assert [len(expected[number][-1]) for number in (2, 5)] == [3, 3]  # epochs
    # The trial that is killed has had an epoch by which the later ones are judged.
    assert end_of(start_process(resumed, params, default, 2, killed)) == -signal.SIGKILL
    study = Study(resumed, params, default, beat=BEAT)
    study.wait_for_signs_of_life()
    study.close()
    assert run_all(resumed, params, default) == list(range(2, 9))
    assert contents(resumed, params, default) == expected


def test_a_trial_that_another_process_runs_is_left_to_it(
    tmp_path, make_params, default, capsys
) -> None:
    params = make_params(trials=3)
    study = Study(tmp_path, params, default, beat=BEAT)

    def run(trial: Trial) -> Outcome:
        other = Study(tmp_path, params, default, beat=BEAT)
        start = time.monotonic()
        other.wait_for_signs_of_life()
        assert GRACE < time.monotonic() - start < GRACE + 60
        ran = []
        while (ended := other.run_next(lambda _: Outcome("complete", 0.1))) is not None:
            ran.append(number_of(ended))
        other.close()
        assert ran == [1, 2]
        return Outcome("complete", 0.2)

    ended = study.run_next(run)
    assert ended is not None
    assert ended.value == 0.2
    assert study.run_next(run) is None
    assert [trial.value for trial in study.finished()] == [0.2, 0.1, 0.1]
    study.close()
    assert "trial 0 seems to be running" in capsys.readouterr().err


def propose_slowly(*arguments):
    time.sleep(0.2)  # so that two that propose at once would
    return proposal(*arguments)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start processes quickly")
def test_processes_that_begin_at_once_share_the_trials(
    tmp_path, make_params, default, monkeypatch
) -> None:
    monkeypatch.setattr(study_module, "proposal", propose_slowly)
    params = make_params(trials=7, sampler="random")
    processes = [start_process(tmp_path, params, default) for _ in range(3)]
    assert [end_of(process) for process in processes] == [0, 0, 0]
    trials = contents(tmp_path, params, default)
    assert [number for number, *_ in trials] == list(range(7))
    assert len({choice["learning_rate"] for _, _, _, choice, _ in trials}) == 7


def stand_still(folder: Path) -> None:
    """Let the heartbeats of a running trial be old, as after the sleep of a machine."""
    with sqlite3.connect(folder / "trials.sqlite3") as database:
        database.execute("UPDATE trial_heartbeats SET heartbeat = '2020-01-01 00:00:00'")
    database.close()


@pytest.mark.parametrize("noticed", ["report", "end", "fault", "signal"])
def test_who_stood_still_leaves_its_trial_to_who_took_it(
    tmp_path, make_params, default, noticed
) -> None:
    params = make_params(trials=2)
    study = Study(tmp_path, params, default, beat=60)  # no other beat while this runs

    def run(trial: Trial) -> Outcome:
        time.sleep(0.5)  # the first beat
        stand_still(tmp_path)
        other = Study(tmp_path, params, default, beat=60)
        taken = other.run_next(lambda again: Outcome("complete", 0.1))
        assert taken is not None
        assert number_of(taken) == 0
        other.close()
        if noticed == "report":
            trial.report(0.9, 1)
        if noticed == "fault":
            raise FileNotFoundError("the other worker has removed the checkpoint")
        if noticed == "signal":
            raise Signal
        return Outcome("complete", 0.9)

    if noticed == "signal":
        with pytest.raises(Signal):
            study.run_next(run)
    else:
        ended = study.run_next(run)
        assert ended is not None
        assert (number_of(ended), ended.value) == (0, 0.1)
    ended = study.run_next(lambda _: Outcome("complete", 0.2))
    assert ended is not None
    assert number_of(ended) == 1
    assert study.run_next(lambda _: Outcome("complete", 0.3)) is None
    study.close()


@pytest.mark.parametrize("before", ["optimize", "popped"])
def test_a_trial_that_was_queued_but_not_begun_is_the_next(
    tmp_path, make_params, default, monkeypatch, before
) -> None:
    params = make_params(trials=3)
    study = Study(tmp_path, params, default, beat=BEAT)
    study.run_next(lambda _: Outcome("complete", 0.5))

    def kill(*_, **__) -> None:
        if before == "popped":  # and had no time to let its heart beat
            study._study._pop_waiting_trial_id()
        raise Signal

    monkeypatch.setattr(study._study, "optimize", kill)
    with pytest.raises(Signal):
        study.run_next(lambda _: Outcome("complete", 0.5))
    study.close()
    if before == "popped":
        again = Study(tmp_path, params, default, beat=BEAT)
        again.wait_for_signs_of_life()
        again.close()
    assert run_all(tmp_path, params, default) == [1, 2]
    assert [number for number, *_ in contents(tmp_path, params, default)] == [0, 1, 2]


def test_more_trials_let_a_search_go_on_and_fewer_end_it(tmp_path, make_params, default) -> None:
    assert run_all(tmp_path, make_params(trials=2), default) == [0, 1]
    assert run_all(tmp_path, make_params(trials=4), default, 3, ENDS["signal"]) == [2]
    assert run_all(tmp_path, make_params(trials=3), default) == []
    assert run_all(tmp_path, make_params(trials=5), default) == [3, 4]


def test_how_a_trial_ended_is_kept(tmp_path, make_params, default) -> None:
    params = make_params(trials=4)
    study = Study(tmp_path, params, default)
    outcomes = [
        Outcome("complete", 0.25),
        Outcome("pruned"),
        Outcome("diverged"),
        Outcome("out_of_memory"),
    ]
    for outcome in outcomes:

        def run(trial: Trial, outcome=outcome) -> Outcome:
            if outcome.state == "pruned":
                trial.report(0.5, 1)
                trial.report(0.4, 2)
            return outcome

        study.run_next(run)
    study.close()
    ended = Study(tmp_path, params, default).finished()
    assert [state_of(trial) for trial in ended] == [outcome.state for outcome in outcomes]
    assert [trial.value for trial in ended] == [0.25, 0.4, WORST, WORST]
    assert ended[1].state == TrialState.PRUNED
