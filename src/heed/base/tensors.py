"""Functions on NumPy arrays that take torch tensors as well, and then give tensors back."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

P = ParamSpec("P")


def takes_tensors(function: Callable[P, Any], module: str | None = None) -> Callable[P, Any]:
    """Let a function on arrays take torch tensors: what comes in goes out.

    With a tensor among its arguments, tensors are handed over as arrays, and the result (an array,
    or a named tuple of arrays) comes back as tensors on the device of the first of them. No
    gradient flows through. torch is not imported: where there is a tensor, it has been.

    Args:
        function: takes array-likes and other values, and computes with NumPy.
        module: where the result is to be found under the function's name, if not in the
            function's own module; pickle asks for it.

    Returns:
        The function with the same signature and documentation.

    Example:
        >>> import torch
        >>> double = takes_tensors(lambda values: 2 * np.asarray(values))
        >>> double([1, 2]), double(torch.tensor([1, 2]))
        (array([2, 4]), tensor([2, 4]))
    """

    @wraps(function)
    def on_either(*args: P.args, **kwargs: P.kwargs) -> Any:
        tensors: list[Any] = [value for value in (*args, *kwargs.values()) if _is_tensor(value)]
        if not tensors:
            return function(*args, **kwargs)
        found = function(
            *(as_array(value) for value in args),
            **{name: as_array(value) for name, value in kwargs.items()},
        )
        return _tensors(found, tensors[0].device)

    on_either.__module__ = module or function.__module__
    return on_either


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def as_array(value: Any) -> Any:
    """A tensor as an array; anything else as it is.

    Args:
        value: a torch tensor, on any device, with or without a gradient, or another value.

    Returns:
        For a tensor the array, in float32 where NumPy may not know the type (floating point below
        four bytes); it may share memory with the tensor.
    """
    if not _is_tensor(value):
        return value
    tensor = value.detach().cpu()
    if tensor.is_floating_point() and tensor.element_size() < 4:
        tensor = tensor.float()  # NumPy has no bfloat16, and no floats of 8 bits
    return tensor.numpy()


def _tensors(found: Any, device: Any) -> Any:
    import torch

    if isinstance(found, tuple):  # a named one
        return type(found)(*(_tensors(value, device) for value in found))
    return torch.from_numpy(np.array(found)).to(device)
