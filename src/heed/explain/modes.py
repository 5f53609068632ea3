"""What is on and off for as long as an explanation takes, and then as it was again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

_locks: "WeakKeyDictionary[nn.Module, Any]" = WeakKeyDictionary()
_of_locks = Lock()


@contextmanager
def turn_of(network: nn.Module) -> Iterator[None]:
    """Let one thread at a time change a network's modes and hooks; others wait for their turn."""
    with _of_locks:
        lock = _locks.setdefault(network, RLock())
    with lock:
        yield


@contextmanager
def evaluation_mode(network: nn.Module) -> Iterator[None]:
    """Put a network into eval mode, and afterwards each module back as it was.

    One thread at a time: another one's modes would be taken for the network's own.
    """
    with turn_of(network):
        modes = [(module, module.training) for module in network.modules()]
        network.eval()
        try:
            yield
        finally:
            for module, training in modes:
                module.training = training


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Whether autograd records; how it was comes back afterwards, whatever a hook did."""
    with torch.inference_mode(False), torch.set_grad_enabled(on):
        yield
