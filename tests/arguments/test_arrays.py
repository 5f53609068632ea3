"""Real numbers, truth values and places, and nothing that NumPy would take for them."""

import numpy as np
import pytest
import torch

from heed.arguments.arrays import places, real_numbers, truth_values
from heed.base.errors import InputError


@pytest.mark.parametrize(
    "values", [[1, 2], [0.5, np.nan], [True], np.uint8([3]), np.float16([1]), torch.ones(2)]
)
def test_real_numbers_are_as_they_are(values: object) -> None:
    found = real_numbers("x", values)
    np.testing.assert_array_equal(found, np.asarray(values))
    if isinstance(values, np.ndarray):
        assert found is values


@pytest.mark.parametrize(
    "values",
    [
        [1j], ["1"], [b"1"], [None], [[1], [1, 2]], np.array(["2026"], "datetime64[Y]"), object(),
        torch.ones(2, requires_grad=True),
    ],
)  # fmt: skip
def test_what_is_no_real_number_is_refused(values: object) -> None:
    with pytest.raises(InputError, match=r"x: found .*; expected real numbers"):
        real_numbers("x", values)


@pytest.mark.parametrize("values", [[], [True, False], [0, 1], [1.0, 0.0], np.uint8([1])])
def test_truth_values(values: object) -> None:
    found = truth_values("labels", values)
    assert found.dtype == bool
    assert found.tolist() == [bool(value) for value in values]  # type: ignore[attr-defined]


@pytest.mark.parametrize("values", [[-1, 1], [0, 2], [0.5], [np.nan], ["yes"], [1j]])
def test_what_is_no_truth_value_is_refused(values: object) -> None:
    with pytest.raises(InputError, match="labels: found"):
        truth_values("labels", values)


def test_places_are_whole_numbers() -> None:
    assert places("rows", [2, 0, 2], 3).tolist() == [2, 0, 2]
    assert places("rows", [], 0).tolist() == []
    assert places("rows", np.uint8([1]), 2).dtype == np.intp


@pytest.mark.parametrize("values", [[3], [-1], [0.0], [[0]], [True, False, True], ["a"]])
def test_what_is_no_place_is_refused(values: object) -> None:
    with pytest.raises(InputError, match="rows: found"):
        places("rows", values, 3)
