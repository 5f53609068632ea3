"""What counts as numbers, and what is said of what does not."""

import numpy as np
import pytest
import torch

from heed.base.errors import InputError
from heed.guidance.coordinates import corners_of, numbers, whole_number


@pytest.mark.parametrize(
    "values", [[[1, 2]], np.array([[1, 2]], np.float32), torch.tensor([[1, 2]]), [["1", 2.0]][:0]]
)
def test_numbers_are_float64(values):
    found = numbers(values)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, np.asarray(values, float))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("abc", "of type <U3"),
        ([["1", "2"]], "of type <U1"),
        ([[1, 2], [3]], "rows of different lengths"),
        ([1j], "of type complex128"),
        ([object], "no numbers"),
    ],
)
def test_what_is_none_is_told(values, message):
    with pytest.raises(ValueError, match=message):
        numbers(values)
    with pytest.raises(InputError, match=f"here: found corners that are {message}.*; expected num"):
        corners_of(values, "here")


@pytest.mark.parametrize("value", [0, -1, 7.0, True, "7", None, np.nan, (7, 7)])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(InputError, match=r"here: found grid .*; expected a whole number above 0"):
        whole_number(value, "grid", "here")
    assert whole_number(np.int64(7), "grid", "here") == 7
