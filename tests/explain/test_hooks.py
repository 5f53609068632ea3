import pytest
import torch
from torch import nn

from heed.explain.hooks import exchanged, first_tensor, hooked


class StopError(Exception):
    pass


def test_what_a_function_returns_takes_the_outputs_place_and_nothing_stays():
    network = nn.Sequential(nn.Identity(), nn.ReLU())
    with hooked([(network[0], lambda output: -output)]):
        assert network(torch.tensor([-2.0, 3.0])).tolist() == [2.0, 0.0]
    assert network(torch.tensor([-2.0, 3.0])).tolist() == [0.0, 3.0]


def test_nothing_stays_where_a_hook_cannot_be_set_or_the_pass_fails():
    network = nn.Sequential(nn.Identity())

    def hooks():
        yield network[0], print
        raise StopError

    with pytest.raises(StopError), hooked(hooks()):
        raise AssertionError("never reached")
    assert not network[0]._forward_hooks
    with pytest.raises(TypeError, match="missing"), hooked([(network[0], print)]):
        network()
    assert not network[0]._forward_hooks


def test_the_first_tensor_of_an_output_and_its_exchange():
    one, other = torch.zeros(1), torch.ones(1)
    assert first_tensor((one, "more"), "x") is first_tensor(one, "x") is one
    assert exchanged((one, "more"), other) == (other, "more")
    assert exchanged([one], other) == [other]
    assert exchanged(torch.return_types.max((one, one)), other).values is other
    with pytest.raises(ValueError, match="'x' puts out dict; expected a tensor"):
        first_tensor({}, "x")
