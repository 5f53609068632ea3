import io

import numpy as np
import optuna
import pandas as pd
import pytest

from heed.search.samplers import proposal
from heed.search.space import choice_of, settings_of
from heed.search.trials import COLUMNS, best_number, choice_in, trials_table
from tests.search.conftest import trial_of


@pytest.fixture
def table(make_params, default) -> pd.DataFrame:
    study = optuna.create_study()
    params = make_params(sampler="random")
    outcomes = [
        ("complete", 0.3, 3),
        ("pruned", 0.1, 1),
        ("diverged", None, 0),
        ("complete", 0.2, 4),
        ("complete", 0.2, 2),
        ("out_of_memory", None, 0),
    ]
    for number, (state, error, epochs) in enumerate(outcomes):
        choice = proposal(study.trials, params, default, number)
        states = optuna.trial.TrialState
        study.add_trial(
            trial_of(
                choice,
                params,
                states.PRUNED if state == "pruned" else states.COMPLETE,
                1.0 if error is None else error,
                {e + 1: 0.5 for e in range(epochs)},
                {"state": state, "number": number},
            )
        )
    return trials_table(study.trials)


def test_the_table_has_a_row_per_trial(table, default) -> None:
    assert tuple(table.columns) == COLUMNS
    assert list(table["number"]) == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(table["error"], [0.3, 0.1, np.nan, 0.2, 0.2, np.nan])
    assert list(table["epochs_run"]) == [3, 1, 0, 4, 2, 0]
    assert choice_in(table, 0) == default


def test_what_does_not_apply_is_missing_not_0(table) -> None:
    adam = table["optimizer"] == "adam"
    assert adam.any()
    assert not adam.all()
    assert (table["momentum"].isna() == adam).all()
    assert (table["plateau_factor"].isna() == (table["schedule"] != "plateau")).all()


def test_the_best_is_complete_and_the_first_of_equals(table) -> None:
    assert best_number(table) == 3
    assert best_number(table.iloc[::-1]) == 3
    with pytest.raises(ValueError, match="none of 2 trials came to an end"):
        best_number(table[table["state"].isin(["pruned", "diverged"])])


def test_a_table_that_is_read_back_gives_the_same_choices(table) -> None:
    read = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    for number in table["number"]:
        choice = choice_in(table, number)
        assert choice_in(read, number) == choice
        assert {type(value) for value in choice.values()} <= {str, int, float}
        assert not {name for name, value in choice.items() if pd.isna(value)}


def test_a_choice_out_of_the_table_can_be_trained(table, make_params) -> None:
    from tests.search.test_space import SETTINGS

    space = make_params().space
    for number in table["number"]:
        choice = choice_in(table, number)
        settings = settings_of(choice, SETTINGS)
        network = choice["network"]
        assert choice_of(network, space.network[network], settings, space) == choice


def test_a_search_without_trials_has_an_empty_table() -> None:
    empty = trials_table([])
    assert tuple(empty.columns) == COLUMNS
    assert empty.empty
