from typing import NamedTuple

import numpy as np
import pytest
import torch

from heed.base.tensors import takes_tensors


class Both(NamedTuple):
    total: np.ndarray
    half: np.ndarray


@takes_tensors
def both(values, factor=1, *, more=0):
    """Documented."""
    total = factor * np.asarray(values) + np.asarray(more)
    return Both(total, total / 2)


def test_arrays_stay_arrays():
    found = both([1, 2])
    assert isinstance(found, Both)
    assert type(found.half) is np.ndarray
    assert found.half.tolist() == [0.5, 1]


@pytest.mark.parametrize(
    "kind", [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.uint8]
)
def test_tensors_become_tensors(kind):
    found = both(torch.tensor([1, 2], dtype=kind), 3)
    assert isinstance(found, Both)
    assert isinstance(found.half, torch.Tensor)
    assert found.half.tolist() == [1.5, 3]
    assert found.half.device.type == "cpu"


def test_one_tensor_is_enough_also_by_name():
    assert isinstance(both([1], more=torch.tensor([2])).total, torch.Tensor)
    assert both([1], more=torch.tensor([2])).total.tolist() == [3]


def test_tensors_with_a_gradient_are_taken():
    values = torch.tensor([1.0], requires_grad=True)
    assert not both(values).half.requires_grad


def test_what_comes_out_is_no_view_of_what_came_in():
    values = torch.zeros(2)
    found = takes_tensors(lambda array: array)(values)
    values += 1
    assert found.tolist() == [0, 0]


def test_it_keeps_name_and_documentation():
    assert (both.__name__, both.__doc__) == ("both", "Documented.")
