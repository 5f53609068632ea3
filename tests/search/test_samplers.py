import warnings

import optuna
import pytest
from optuna.trial import TrialState

from heed.search.samplers import proposal, pruner_for, sampler_for
from tests.search.conftest import trial_of


def finished(params, default, outcomes) -> list[optuna.trial.FrozenTrial]:
    """Trials one after the other; an outcome is an error, or a pruned trial's."""
    study = optuna.create_study()
    for number, (state, error) in enumerate(outcomes):
        choice = proposal(study.trials, params, default, number)
        study.add_trial(trial_of(choice, params, state, error, {1: error}))
    return study.trials


def test_trial_0_is_the_default(make_params, default) -> None:
    assert proposal([], make_params(), default, 0) == default


@pytest.mark.parametrize("sampler", ["random", "tpe", "gp"])
def test_a_proposal_follows_from_seed_number_and_the_trials_before(
    make_params, default, sampler
) -> None:
    params = make_params(sampler=sampler)
    outcomes = [(TrialState.COMPLETE, 0.1 + 0.03 * (n % 4)) for n in range(5)]
    before = finished(params, default, outcomes)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        once, again = (proposal(before, params, default, 5) for _ in range(2))
    assert once == again
    other_seed = proposal(before, make_params(sampler=sampler, seed=1), default, 5)
    assert other_seed != once
    assert len({trial.params["learning_rate"] for trial in before}) == 5


@pytest.mark.parametrize("sampler", ["tpe", "gp"])
def test_samplers_that_learn_take_errors_into_account(make_params, default, sampler) -> None:
    params = make_params(sampler=sampler)
    trials = finished(params, default, [(TrialState.COMPLETE, 0.1 * n) for n in range(5)])
    reverse = [
        optuna.create_trial(value=0.4 - t.value, params=t.params, distributions=t.distributions)
        for t in trials
    ]
    assert proposal(trials, params, default, 5) != proposal(reverse, params, default, 5)


@pytest.mark.parametrize("sampler", ["tpe", "gp"])
def test_samplers_that_learn_know_what_was_pruned(make_params, default, sampler) -> None:
    params = make_params(sampler=sampler)
    outcomes = [(TrialState.COMPLETE, 0.1 * n) for n in range(1, 5)]
    good = finished(params, default, [*outcomes, (TrialState.PRUNED, 0.05)])
    bad = finished(params, default, [*outcomes, (TrialState.PRUNED, 0.9)])
    with_it, without = good, good[:-1]
    assert proposal(with_it, params, default, 5) != proposal(without, params, default, 5)
    if sampler == "gp":
        assert proposal(bad, params, default, 5) != proposal(good, params, default, 5)


def test_random_proposals_do_not_depend_on_errors(make_params, default) -> None:
    params = make_params(sampler="random")
    good = finished(params, default, [(TrialState.COMPLETE, 0.1)] * 4)
    bad = finished(params, default, [(TrialState.COMPLETE, 0.9 - 0.1 * n) for n in range(4)])
    assert [t.params for t in good] == [t.params for t in bad]


def test_each_kind_of_sampler_is_built(make_params) -> None:
    kinds = {"random": "RandomSampler", "tpe": "TPESampler", "gp": "GPSampler"}
    for name, expected in kinds.items():
        assert type(sampler_for(make_params(sampler=name), 3)).__name__ == expected


def pruned_at(params, curves: list[list[float]]) -> list[int | None]:
    """Epoch at which each trial is pruned; the trials run one after the other."""
    study = optuna.create_study(pruner=pruner_for(params))
    epochs: list[int | None] = []
    for curve in curves:
        trial = study.ask()
        ended = None
        for epoch, error in enumerate(curve, start=1):
            trial.report(error, epoch)
            if trial.should_prune():
                ended = epoch
                break
        epochs.append(ended)
        if ended is None:
            study.tell(trial, curve[-1])
        else:
            study.tell(trial, state=TrialState.PRUNED)
    return epochs


def test_the_median_prunes_after_startup_and_warmup(make_params) -> None:
    params = make_params(pruner="median", startup=3, warmup=2)
    curves = [[0.5, 0.3, 0.1], [0.5, 0.3, 0.2], [0.5, 0.3, 0.3]]
    worse, better = [0.9, 0.4, 0.4], [0.9, 0.2, 0.1]
    assert pruned_at(params, [*curves, worse, better]) == [None, None, None, 2, None]
    assert pruned_at(params, [*curves[:2], worse]) == [None] * 3


def test_an_epoch_that_few_trials_reached_has_no_median(make_params) -> None:
    params = make_params(pruner="median", startup=3, warmup=1)
    curves = [[0.5], [0.5], [0.5, 0.1], [0.4, 0.2]]
    assert pruned_at(params, curves) == [None] * 4


def test_halving_lets_the_best_third_go_on(make_params) -> None:
    params = make_params(pruner="halving", warmup=1)
    curves = [[0.5, 0.5], [0.6, 0.4], [0.4, 0.4], [0.3, 0.3], [0.35, 0.3], [0.39, 0.1]]
    assert pruned_at(params, curves) == [None, 1, None, None, 1, 1]
    assert pruned_at(make_params(pruner="none"), curves) == [None] * 6
