"""Numbers that a function cannot work with are refused by name, and no others."""

import numpy as np
import pytest

from heed.arguments.numbers import check_amount, check_count
from heed.base.errors import InputError


@pytest.mark.parametrize("value", [1, 7, np.int64(1), np.uint8(200)])
def test_counts(value: object) -> None:
    check_count("width", value)


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, float("nan"), "2", None, True, [2]])
def test_what_is_no_count_is_named(value: object) -> None:
    with pytest.raises(InputError, match=r"width: found .*; expected a whole number, at least 1"):
        check_count("width", value)


def test_the_least_count_is_told() -> None:
    check_count("folds", 2, least=2)
    with pytest.raises(InputError, match="folds: found 1; expected a whole number, at least 2"):
        check_count("folds", 1, least=2)


@pytest.mark.parametrize("value", [0.01, 1, 2.5, np.float32(3), np.int64(1024), 10**6])
def test_amounts(value: object) -> None:
    check_amount("memory", value, "MiB")


@pytest.mark.parametrize(
    "value", [0, -1, float("nan"), float("inf"), "10", None, True, np.zeros(2), 1j]
)
def test_what_is_no_amount_is_named(value: object) -> None:
    with pytest.raises(InputError, match=r"memory: found .* a finite number of MiB above 0"):
        check_amount("memory", value, "MiB")


def test_a_number_that_python_does_not_print_is_told_in_words() -> None:
    with pytest.raises(InputError, match=r"found a whole number beyond 2\*\*43"):
        check_amount("memory", 10**5000, "MiB")


def test_nothing_may_be_an_amount() -> None:
    check_amount("disk", 0, "MiB", may_be_0=True)
    with pytest.raises(InputError, match=r"disk: found -1; .* MiB from 0 on"):
        check_amount("disk", -1, "MiB", may_be_0=True)
