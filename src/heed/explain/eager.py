"""Networks that torch.compile has wrapped, run as they were written: compiled code has no hooks."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def eager(network: nn.Module) -> Iterator[None]:
    """Run all that is compiled in a network without its compiled code."""
    compiled = any(
        getattr(module, "_compiled_call_impl", None) is not None
        or isinstance(getattr(module, "_orig_mod", None), nn.Module)
        for module in network.modules()
    )
    if not compiled:  # asking torch's compiler imports it, which takes seconds
        yield
        return
    with torch.compiler.set_stance("force_eager"):
        yield
