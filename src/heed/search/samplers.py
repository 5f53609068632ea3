"""How the next trial is chosen from those before it, and when one is not worth its time."""

import numpy as np
import optuna
from optuna.pruners import BasePruner, MedianPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, GPSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from heed.search.space import Choice, SearchParams, suggest

REDUCTION = 3
"""Of successive halving: one trial in so many goes on (Li et al. 2018, Hyperband's default)."""


def sampler_for(params: SearchParams, number: int) -> BaseSampler:
    """The sampler of one trial.

    Each trial has a sampler of its own, whose seed follows from the search's seed and the
    trial's number, so that a search that is resumed draws what it would have drawn anyway.

    Args:
        params: kind of sampler, seed, and how many trials are drawn at random first.
        number: of the trial, from 0.
    """
    seed = int(np.random.SeedSequence([params.seed, number]).generate_state(1)[0])
    if params.sampler == "random":
        return RandomSampler(seed)
    if params.sampler == "tpe":
        return TPESampler(n_startup_trials=params.startup, seed=seed)
    return GPSampler(n_startup_trials=params.startup, seed=seed, warn_independent_sampling=False)


def pruner_for(params: SearchParams) -> BasePruner:
    """What stops trials early, judged by the validation error after each epoch."""
    if params.pruner == "none":
        return NopPruner()
    if params.pruner == "median":
        # n_min_trials: late epochs, which few trials reach, have no median worth the name.
        return MedianPruner(params.startup, params.warmup, n_min_trials=params.startup)
    return SuccessiveHalvingPruner(params.warmup, REDUCTION)


def proposal(
    before: list[FrozenTrial], params: SearchParams, default: Choice, number: int
) -> Choice:
    """Choose the values of the next trial, all at once.

    The sampler works on a copy of the study in memory: a search that is killed in between
    leaves either a trial with all its values or none.

    Args:
        before: all trials so far, in their order. Running ones count: samplers that learn
            keep away from them.
        params: of the search.
        default: the choice of trial 0.
        number: of the trial, from 0.
    """
    if number == 0:
        return default
    copy = optuna.create_study(direction="minimize", sampler=sampler_for(params, number))
    copy.add_trials(_complete(before) if params.sampler == "gp" else before)
    return suggest(copy.ask(), params.space)


def _complete(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """The same with pruned trials as if complete at their last error.

    Optuna's Gaussian process learns from complete trials only, and would go on proposing what
    was pruned. (TPE knows pruned trials, and ranks them behind complete ones.)
    """
    return [
        optuna.create_trial(
            value=trial.value, params=trial.params, distributions=trial.distributions
        )
        if trial.state == TrialState.PRUNED and trial.value is not None
        else trial
        for trial in trials
    ]
