"""Reading what ``torch.save`` wrote without running any of it.

A pickle is a program: it names functions and asks for calls. A *state dict* needs
only a handful, which PyTorch's own ``weights_only`` reader permits. A *whole
network* (``torch.save(network)``, the form of the official AFFACT files) names
its classes besides, which may come from a module that is not even here. This
reader puts an inert :class:`Stub` in the place of every class and function that
it does not know: a stub keeps the attributes that the file gives it, and a call of it
is not made but gives another stub. What a network's modules hold is then read off their
attributes, and numbers of numpy, paths and dates that stand beside the weights are passed over.
"""

import contextlib
import pickle
import tarfile
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Final, NoReturn, cast

import torch
from torch import Tensor, nn

from heed.base.errors import HeedError

DEEPEST: Final = 1000
"""Levels of modules in modules; more are no network."""

LARGEST_GROWTH: Final = 20
"""Times that a file may grow when it is unpacked. ``torch.save`` does not compress at all."""


class RefusedError(HeedError, pickle.UnpicklingError):
    """A pickle asks for something that this reader does not do."""


class StubType(type):
    """The type of stub classes: a call runs nothing, and they cannot be changed.

    ``object.__new__`` makes instances, which is how pickle restores ordinary
    objects; a call is how it would run a function of its choice.
    """

    def __call__(cls, *args: object, **kwargs: object) -> "Stub":
        """What stands for the result of the call, which is not made."""
        return object.__new__(cast("type[Stub]", cls))

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        """Refuse the change."""
        raise RefusedError(f"it asks to change {cls.__name__}")


class Stub(metaclass=StubType):
    """Stands for an object of a class that is not loaded; has its attributes only."""

    def __new__(cls, *args: object) -> "Stub":
        """An empty stub, whatever the arguments."""
        return object.__new__(cls)

    def __call__(self, *args: object, **kwargs: object) -> "Stub":
        """What stands for the result of the call, which is not made."""
        return object.__new__(type(self))

    def __setstate__(self, state: object) -> None:
        """Keep the attributes, as pickle does where a class has no method of its own."""
        parts = state if isinstance(state, tuple) else (state,)
        for part in parts:
            if isinstance(part, dict):
                self.__dict__.update(part)

    def _pass_over(self, *content: object) -> None:
        """Leave out what a list, set or dictionary of a class of its own holds."""

    append = extend = add = __setitem__ = _pass_over


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


def _rebuild_parameter(data: Tensor, *rest: object) -> Tensor:
    return data


def _rebuild_from_type(
    function: Callable[..., Any], kind: object, args: tuple[object, ...], state: object
) -> Any:
    """A tensor that has attributes, or is of a class of its own: the plain tensor in it."""
    return function(*args)


def _plain_dict(*factory_and_content: object) -> dict[Any, Any]:
    return {}


# Storage types are resolved by PyTorch, around this reader.
PERMITTED: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "defaultdict"): _plain_dict,
    ("builtins", "set"): set,
    ("torch", "Size"): torch.Size,
    ("torch", "device"): torch.device,
    ("torch._utils", "_rebuild_tensor"): torch._utils._rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,
    # A parameter's value is all that is wanted, and its hooks are not.
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _rebuild_parameter,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type,
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
    if zipfile.is_zipfile(path):
        _check_size(path)
    with contextlib.suppress(pickle.UnpicklingError):
        return torch.load(path, map_location="cpu", weights_only=True)
    # Not a plain state dict: read again with stubs.
    with warnings.catch_warnings():
        # The old format carries its classes' source, and warns that the stubs have none.
        warnings.simplefilter("ignore")
        return torch.load(path, map_location="cpu", weights_only=False, pickle_module=STUB_PICKLE)


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = path.stat().st_size
    if unpacked > LARGEST_GROWTH * packed:
        raise RefusedError(
            f"its {packed} bytes would become {unpacked}; expected at most {LARGEST_GROWTH} times "
            "as many"
        )


def state_of(network: Any, most: int = 200_000) -> dict[str, Tensor]:
    """The state dict of a network whose modules are stubs.

    The parameters and persistent buffers of ``network`` and, under ``name.``, of
    its submodules; what ``state_dict()`` of the network itself would give.

    Args:
        network: the stub of the outermost module.
        most: how many modules it may have; one that is used in several places counts in each.

    Raises:
        RefusedError: if ``network`` does not have a network's attributes, contains itself or has
            too many modules.
    """
    state: dict[str, Tensor] = {}
    waiting: list[tuple[Any, str, frozenset[int]]] = [(network, "", frozenset())]
    for _ in range(most):
        if not waiting:
            return state
        module, prefix, above = waiting.pop()
        tensors, children = _held_by(module, prefix)
        if id(module) in above:
            raise RefusedError(f"its part {prefix.rstrip('.')} contains itself")
        state |= {f"{prefix}{name}": tensor for name, tensor in tensors.items()}
        if len(above) > DEEPEST or len(state) > most:
            break
        within = above | {id(module)}
        inner = [(child, f"{prefix}{name}.", within) for name, child in children.items()]
        waiting.extend(reversed(inner))
    raise RefusedError(f"its modules are more than {most}, or nested more than {DEEPEST} deep")


def is_network(content: Any) -> bool:
    """Whether an object is a network, loaded or as stubs."""
    return isinstance(content, nn.Module) or (
        isinstance(content, Stub) and "_modules" in content.__dict__
    )


def _held_by(module: Any, prefix: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the modules that a module itself holds."""
    attributes = module.__dict__ if isinstance(module, Stub) else {}
    parameters = attributes.get("_parameters")
    buffers = attributes.get("_buffers")
    modules = attributes.get("_modules")
    if not (
        isinstance(parameters, dict) and isinstance(buffers, dict) and isinstance(modules, dict)
    ):
        raise RefusedError(f"its part {prefix.rstrip('.') or 'at the top'} is no network module")
    not_saved = attributes.get("_non_persistent_buffers_set")
    passing = not_saved if isinstance(not_saved, set) else set()
    tensors = {
        name: tensor
        for name, tensor in {**parameters, **buffers}.items()
        if isinstance(tensor, Tensor) and name not in passing
    }
    return tensors, {name: child for name, child in modules.items() if child is not None}
