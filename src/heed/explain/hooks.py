"""Functions that look at, or exchange, what modules put out, for as long as a pass takes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from heed.base.errors import InputError


@contextmanager
def hooked(hooks: Iterable[tuple[nn.Module, Callable[[Any], Any]]]) -> Iterator[None]:
    """Hand what modules put out to functions; none of them stays, whatever happens.

    Args:
        hooks: modules (of TorchScript none is looked at), each with a function of its output, which
            is called whenever the module is done. What the function returns, unless None, takes the
            output's place.

    Example:
        >>> import torch
        >>> seen = []
        >>> with hooked([(module := nn.ReLU(), lambda output: seen.append(output.tolist()))]):
        ...     _ = module(torch.tensor([-1.0, 2.0]))
        >>> seen, len(module._forward_hooks)
        ([[0.0, 2.0]], 0)
    """
    with ExitStack() as handles:
        for module, function in hooks:
            if isinstance(module, torch.jit.ScriptModule):
                continue  # it takes no hooks
            handle = module.register_forward_hook(
                lambda _module, _inputs, output, function=function: function(output)
            )
            handles.callback(handle.remove)
        yield


def first_tensor(output: Any, name: str) -> Tensor:
    """What a layer put out: a tensor, or the first one of several."""
    if isinstance(output, tuple | list) and output and isinstance(output[0], Tensor):
        return output[0]
    if not isinstance(output, Tensor):
        raise InputError(
            f"layer {name!r} puts out {type(output).__name__}; expected a tensor, or a tuple that "
            "begins with one; name another layer"
        )
    return output


def exchanged(output: Any, value: Tensor) -> Any:
    """The same output with another first tensor."""
    if isinstance(output, Tensor):
        return value
    rest = [value, *output[1:]]
    if hasattr(output, "_fields"):  # a named tuple
        return type(output)(*rest)
    return type(output)(rest)
