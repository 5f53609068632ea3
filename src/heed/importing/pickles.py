"""Reading what ``torch.save`` wrote without running any of it.

A pickle is a program: it names functions and asks for calls. A *state dict* needs
only a handful, which PyTorch's own ``weights_only`` reader permits. A *whole
network* (``torch.save(network)``, the form of the official AFFACT files) names
its classes besides, which may come from a module that is not even here. This
reader puts an inert :class:`Stub` in the place of every class and function that
it does not know: a stub keeps the attributes that the file gives it and refuses
to be called. What a network's modules hold is then read off their attributes.
"""

import contextlib
import pickle
import tarfile
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, NoReturn

import torch
from torch import Tensor, nn

from heed.base.errors import HeedError


class RefusedError(HeedError, pickle.UnpicklingError):
    """A pickle asks for something that this reader does not do."""


class StubType(type):
    """The type of stub classes: they can be neither called nor changed.

    ``object.__new__`` still makes instances, which is how pickle restores ordinary
    objects; a call is how it would run a function of its choice.
    """

    def __call__(cls, *args: object, **kwargs: object) -> NoReturn:
        """Refuse the call."""
        raise RefusedError(f"it asks to call {cls.__name__}")

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        """Refuse the change."""
        raise RefusedError(f"it asks to change {cls.__name__}")


class Stub(metaclass=StubType):
    """Stands for an object of a class that is not loaded; has its attributes only."""

    def __new__(cls, *args: object) -> "Stub":
        """An empty stub, whatever the arguments."""
        return object.__new__(cls)

    def __setstate__(self, state: object) -> None:
        """Keep the attributes, as pickle does where a class has no method of its own."""
        parts = state if isinstance(state, tuple) else (state,)
        for part in parts:
            if isinstance(part, dict):
                self.__dict__.update(part)


class Permitted:
    """A function that a pickle may call, and cannot change."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: object) -> Any:
        """Call the function."""
        return self._function(*args)

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse the change."""
        raise RefusedError(f"it asks to change {self._function.__name__}")


def _rebuild_parameter(data: Tensor, requires_grad: bool, backward_hooks: object) -> Tensor:
    return data


# Storage types are resolved by PyTorch, around this reader.
PERMITTED: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("builtins", "set"): set,
    ("torch", "Size"): torch.Size,
    ("torch", "device"): torch.device,
    ("torch._utils", "_rebuild_tensor"): torch._utils._rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,
    # A parameter's value is all that is wanted, and its hooks are not.
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
}


class StubUnpickler(pickle.Unpickler):
    """Resolves :data:`PERMITTED` names, and every other name to a stub."""

    def find_class(self, module: str, name: str) -> Any:
        """The permitted function, or a stub class of this name."""
        module = "builtins" if module == "__builtin__" else module  # as Python 2 called it
        if (module, name) in PERMITTED:
            return Permitted(PERMITTED[module, name])
        return StubType(f"{module}.{name}", (Stub,), {})


def _load(file: IO[bytes], **options: Any) -> Any:
    return StubUnpickler(file, **options).load()


# What torch.load asks of a pickle module.
STUB_PICKLE = SimpleNamespace(__name__=__name__, Unpickler=StubUnpickler, load=_load)


def read_without_running(path: Path) -> Any:
    """What a file of ``torch.save`` holds, with stubs for what is not tensors and containers.

    Reads the zip format and the one before PyTorch 1.6. Tensors come to the CPU.

    Raises:
        pickle.UnpicklingError: if the file asks for a call that is not permitted.
        Exception: of many kinds, if the file is damaged.
    """
    if tarfile.is_tarfile(path):
        raise RefusedError("it has the tar format of PyTorch before 0.1.10, which unpacks files")
    with contextlib.suppress(pickle.UnpicklingError):
        return torch.load(path, map_location="cpu", weights_only=True)
    # Not a plain state dict: read again with stubs.
    with warnings.catch_warnings():
        # The old format carries its classes' source, and warns that the stubs have none.
        warnings.simplefilter("ignore")
        return torch.load(path, map_location="cpu", weights_only=False, pickle_module=STUB_PICKLE)


def state_of(network: Any) -> dict[str, Tensor]:
    """The state dict of a network whose modules are stubs.

    The parameters and persistent buffers of ``network`` and, under ``name.``, of
    its submodules; what ``state_dict()`` of the network itself would give.

    Raises:
        RefusedError: if ``network`` does not have a network's attributes.
    """
    state: dict[str, Tensor] = {}
    _collect(network, "", (), state)
    return state


def is_network(content: Any) -> bool:
    """Whether an object is a network, loaded or as stubs."""
    return isinstance(content, nn.Module) or (
        isinstance(content, Stub) and "_modules" in content.__dict__
    )


def _collect(module: Any, prefix: str, above: tuple[int, ...], state: dict[str, Tensor]) -> None:
    attributes = module.__dict__ if isinstance(module, Stub) else {}
    parameters = attributes.get("_parameters")
    buffers = attributes.get("_buffers")
    modules = attributes.get("_modules")
    if not (
        isinstance(parameters, dict) and isinstance(buffers, dict) and isinstance(modules, dict)
    ):
        raise RefusedError(f"its part {prefix.rstrip('.') or 'at the top'} is no network module")
    if id(module) in above:
        raise RefusedError(f"its part {prefix.rstrip('.')} contains itself")
    not_saved = attributes.get("_non_persistent_buffers_set", set())
    for name, tensor in [*parameters.items(), *buffers.items()]:
        if isinstance(tensor, Tensor) and name not in not_saved:
            state[f"{prefix}{name}"] = tensor
    for name, child in modules.items():
        if child is not None:
            _collect(child, f"{prefix}{name}.", (*above, id(module)), state)
