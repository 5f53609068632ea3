"""The route follows the overlap of the draws, the price of a reading and the memory."""

import pytest

from heed.base.errors import InputError
from heed.pls.routes import MATRIX_VECTOR, cheapest


def test_targets_that_share_their_samples_share_a_gram_matrix() -> None:
    choice = cheapest([2048], 2048, 200_000, targets=40, value=1000)
    assert choice.route in ("own", "union")  # they are the same
    assert choice.costs["own"].multiply_adds == choice.costs["union"].multiply_adds


def test_costs_by_hand() -> None:
    costs = cheapest([10, 20], 25, 100, components=3, value=7).costs
    assert costs["own"].multiply_adds == (100 + 400) * 50 + 7 * 2500
    assert costs["union"].multiply_adds == 625 * 50 + 7 * 2500
    assert costs["passes"].multiply_adds == 3 * (2 * MATRIX_VECTOR * 30 * 100 + 7 * 2500)
    assert costs["own"].bytes == 8 * 500 + 4 * 400
    assert [cost.readings for cost in costs.values()] == [1, 1, 3]


def test_draws_that_overlap_take_their_union() -> None:
    assert cheapest([1000] * 40, 1200, 50_000, value=1000).route == "union"


def test_draws_that_hardly_overlap_take_their_own() -> None:
    assert cheapest([2048] * 40, 60_000, 3_211_264, value=1000).route == "own"


def test_draws_of_many_samples_are_read_again() -> None:
    draws = [20_000] * 4
    assert cheapest(draws, 60_000, 3_211_264, value=10, memory=1e12).route == "passes"
    assert cheapest(draws, 60_000, 3_211_264, value=3000, memory=1e12).route == "own"


def test_what_does_not_fit_is_not_taken_and_said() -> None:
    choice = cheapest([2048] * 40, 60_000, 3_211_264, value=1000, memory=2**30)
    assert choice.route == "passes"
    assert "own: " in str(choice)
    assert "(more than the memory allowed)" in str(choice)


def test_a_union_is_not_scaled() -> None:
    choice = cheapest([1000] * 40, 1200, 50_000, value=1e6, scale=True)
    assert choice.route == "own"
    assert "cannot be scaled" in str(choice)


@pytest.mark.parametrize(("draws", "union"), [([10, 20], 0), ([10, 20], 31), ([], 0), ([0], 0)])
def test_a_union_that_cannot_be_is_refused(draws: list[int], union: int) -> None:
    with pytest.raises(InputError):
        cheapest(draws, union, 100)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"components": 2.5}, "components: found 2.5; expected a whole number"),
        ({"targets": 0}, "targets: found 0"),
        ({"features": 1.5}, "features: found 1.5"),
        ({"memory": float("nan")}, "memory: found nan; expected a finite number of bytes"),
        ({"value": -1}, "value: found -1"),
        ({"draws": [2.5]}, "draws: found 2.5"),
    ],
)
def test_numbers_that_are_none_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        cheapest(**{"draws": [10], "union": 10, "features": 100} | given)
