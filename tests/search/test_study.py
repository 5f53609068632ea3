from pathlib import Path

import pytest
from optuna.trial import TrialState

from heed.search.study import WORST, Outcome, Study, identity, state_of


def error_of(choice) -> float:
    return 0.1 + 0.01 * choice["epochs"] + 0.05 * choice["learning_rate"] / 1.0


def run_all(folder: Path, params, default, stop_before: int | None = None) -> list[int]:
    """Run trials; give one up as a killed process does. Returns the numbers that were run."""
    study = Study(folder, params, default)
    numbers = []
    while (trial := study.claim()) is not None:
        if trial.number == stop_before:
            break
        numbers.append(trial.number)
        study.finish(trial, Outcome("complete", error_of(trial.params)))
    study.close()
    return numbers


def contents(folder: Path, params, default) -> list[tuple]:
    study = Study(folder, params, default)
    trials = [(t.number, t.state, t.value, t.params) for t in study.finished()]
    study.close()
    return trials


@pytest.mark.parametrize("sampler", ["random", "tpe", "gp"])
def test_an_interrupted_search_ends_as_if_it_had_not_been(
    tmp_path, make_params, default, sampler
) -> None:
    params = make_params(sampler=sampler, trials=7)
    assert run_all(tmp_path / "whole", params, default) == list(range(7))
    resumed = tmp_path / "resumed"
    assert run_all(resumed, params, default, stop_before=0) == []
    assert run_all(resumed, params, default, stop_before=5) == [0, 1, 2, 3, 4]
    assert run_all(resumed, params, default) == [5, 6]
    assert run_all(resumed, params, default) == []
    expected = contents(tmp_path / "whole", params, default)
    assert expected[0][3] == default
    assert contents(resumed, params, default) == expected


def test_a_trial_that_was_proposed_but_not_begun_is_the_next(
    tmp_path, make_params, default, monkeypatch
) -> None:
    params = make_params(trials=3)
    study = Study(tmp_path, params, default)
    study.finish(study.claim(), Outcome("complete", 0.5))

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    monkeypatch.setattr(study._study, "ask", kill)  # between its two transactions
    with pytest.raises(Killed):
        study.claim()
    study.close()
    assert run_all(tmp_path, params, default) == [1, 2]
    assert [number for number, *_ in contents(tmp_path, params, default)] == [0, 1, 2]


def test_more_trials_let_a_search_go_on_and_fewer_end_it(tmp_path, make_params, default) -> None:
    assert run_all(tmp_path, make_params(trials=2), default) == [0, 1]
    assert run_all(tmp_path, make_params(trials=4), default, stop_before=3) == [2]
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
        trial = study.claim()
        assert trial is not None
        if outcome.state == "pruned":
            trial.report(0.5, 1)
            trial.report(0.4, 2)
        study.finish(trial, outcome)
    study.close()
    ended = Study(tmp_path, params, default).finished()
    assert [state_of(trial) for trial in ended] == [outcome.state for outcome in outcomes]
    assert [trial.value for trial in ended] == [0.25, 0.4, WORST, WORST]
    assert ended[1].state == TrialState.PRUNED


def test_a_search_is_named_by_what_its_trials_depend_on(make_params, space_values) -> None:
    named = identity(make_params(), b"faces")
    assert identity(make_params(trials=99, workers=4), b"faces") == named
    others = [
        identity(make_params(seed=1), b"faces"),
        identity(make_params(sampler="gp"), b"faces"),
        identity(make_params(space=space_values | {"batch_size": [16]}), b"faces"),
        identity(make_params(), b"other faces"),
        identity(make_params(), b"faces", b""),
        identity(make_params(), make_params().space, b"faces"),
    ]
    assert len({named, *others}) == 7
