import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.overrides import _get_current_function_mode_stack

from heed.layers.calls import Call, Watch


class Block(nn.Module):
    """One ReLU that is called three times, and functions beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(x - 1)
        x += self.relu(x * 2)
        return functional.relu(self.relu(x)).squeeze(-1)


def hooks_of(network: nn.Module) -> int:
    """All hooks that forward passes meet."""
    kinds = "_forward_hooks", "_forward_pre_hooks", "_forward_hooks_always_called"
    return sum(len(getattr(module, kind)) for module in network.modules() for kind in kinds)


def calls_of(network: nn.Module, *images: torch.Tensor) -> list[Call]:
    calls = []

    def see(call, inputs, output):
        calls.append(call)
        return output

    with Watch(network, see):
        for image in images:
            network(image)
    return calls


def test_each_call_has_the_module_that_makes_it_and_its_number():
    assert calls_of(nn.Sequential(Block()), torch.ones(1, 2)) == [
        ("0", "sub", 1),
        ("0.relu", "relu", 1),
        ("0", "mul", 1),
        ("0.relu", "relu", 2),
        ("0", "add_", 1),
        ("0.relu", "relu", 3),
        ("0", "relu", 1),
        ("0", "squeeze", 1),
    ]


def test_each_pass_counts_anew_and_what_the_network_does_not_call_is_not_seen():
    network, calls = Block(), []

    def see(call, inputs, output):
        calls.append(call)
        return output

    with Watch(network, see):
        for _ in range(2):
            network(torch.relu(torch.ones(1, 2)))
    assert calls[: len(calls) // 2] == calls[len(calls) // 2 :]
    assert ("", "relu", 2) not in calls


def test_what_see_returns_takes_the_outputs_place():
    network = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    with Watch(network, lambda call, inputs, output: output * 0 + 7):
        assert network(torch.ones(1, 2)).tolist() == [[7.0, 7.0]]


def test_no_hook_and_no_mode_stays_behind_an_error():
    network = nn.Sequential(nn.ReLU(), nn.Linear(3, 2))
    before = len(_get_current_function_mode_stack())
    with pytest.raises(RuntimeError, match="shapes"), Watch(network, lambda c, i, output: output):
        network(torch.ones(1, 2))
    assert hooks_of(network) == 0
    assert len(_get_current_function_mode_stack()) == before


def test_after_an_error_that_is_caught_calls_are_those_of_the_module_that_goes_on():
    class Lenient(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.odd = nn.Sequential(nn.Linear(3, 2))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            try:
                return self.odd(x)
            except RuntimeError:
                return torch.relu(x)

    network = nn.Sequential(Lenient())
    assert calls_of(network, torch.ones(1, 2)) == [("0", "relu", 1)]
    calls = []

    def see(call, inputs, output):
        calls.append(call)
        return output

    with Watch(network[0].odd, see):
        with pytest.raises(RuntimeError):
            network[0].odd(torch.ones(1, 2))
        torch.relu(torch.ones(1))  # by nobody
    assert calls == []


def test_a_pass_begins_and_ends_and_one_with_an_error_does_not_end():
    said: list[str] = []
    network = nn.Sequential(nn.Linear(2, 2))
    with Watch(
        network,
        lambda call, inputs, output: output,
        lambda: said.append("begun"),
        lambda: said.append("ended"),
    ):
        network(torch.ones(1, 2))
        with pytest.raises(RuntimeError):
            network(torch.ones(1, 3))
    assert said == ["begun", "ended", "begun"]
