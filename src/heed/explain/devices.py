"""Where a network computes, how precisely, and how images get there and maps come back."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.names import Precision

AMPERE: Final = (8, 0)
"""The first compute capability of NVIDIA's that multiplies TF32 and bfloat16."""

LOWER: Final = {"bfloat16": torch.bfloat16, "float16": torch.float16}
"""What convolutions and products of matrices are rounded to."""


def device_named(name: str | torch.device, key: str = "device") -> torch.device:
    """The device of a name.

    Args:
        name: ``auto`` (a CUDA GPU if there is one, else Apple's, else the CPU), ``cpu``, ``cuda``,
            ``cuda:N`` or ``mps``.
        key: what the name was given as, for messages.

    Raises:
        ValueError: for another name, or a device that is not there.

    Example:
        >>> device_named("cpu")
        device(type='cpu')
    """
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    apple = torch.backends.mps.is_available()
    if name == "auto":
        name = "cuda" if gpus else "mps" if apple else "cpu"
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError):
        device = None
    if device is None or device.type not in ("cpu", "cuda", "mps"):
        raise InputError(f"{key}: found {name!r}; expected auto, cpu, cuda, cuda:N or mps")
    if device.type == "cuda" and (device.index or 0) >= gpus:
        raise InputError(
            f"{key}: found {str(name)!r}, but torch {torch.__version__} finds {gpus} CUDA GPUs "
            "here; set it to auto, or to a device that is there"
        )
    if device.type == "mps" and not apple:
        raise InputError(
            f"{key}: found 'mps', but torch finds no GPU of Apple's here; set it to auto or cpu"
        )
    if device.type == "cpu" or device.index is not None:
        return device
    return torch.device(device.type, torch.cuda.current_device() if device.type == "cuda" else 0)


def check_precision(precision: str, device: torch.device, key: str = "precision") -> None:
    """Refuse a precision that a device does not have.

    Raises:
        ValueError: naming the key, the precision and the device.
    """
    if precision not in get_args(Precision):
        raise InputError(f"{key}: found {precision!r}; expected {', '.join(get_args(Precision))}")
    if device.type == "cuda":
        new = torch.cuda.get_device_capability(device) >= AMPERE
        had = {"tf32": new, "bfloat16": new, "float16": True}
    else:
        gpu = device.type == "mps"
        had = {"tf32": False, "bfloat16": True, "float16": gpu}
    if not had.get(precision, True):
        others = ", ".join(["float32", *(each for each, has in had.items() if has)])
        raise InputError(f"{key}: found {precision}, which {device} does not have; it has {others}")


@contextmanager
def computing(device: torch.device) -> Iterator[None]:
    """On a GPU of NVIDIA's the same result each time, and in float32 where nothing else is said.

    The caller's own ``torch.autocast`` is off meanwhile, on any device.

    Convolutions and products are the same to the last bit from run to run. A few operations have
    no deterministic form in torch; of those that heads have, the gradients of adaptive pooling to
    more than one cell (AlexNet's and VGG's, where cells overlap) and of bilinear enlarging. What
    torch was set to comes back afterwards. Elsewhere nothing is set: a CPU's results are the same
    each time by themselves.
    """
    if device.type != "cuda":
        with torch.autocast(device.type, enabled=False):
            yield
        return
    cudnn: Any = torch.backends.cudnn
    with (
        ExitStack() as before,
        warnings.catch_warnings(),
        torch.autocast(device.type, enabled=False),
    ):
        _set(before, *_tf32(False))
        _set(
            before,
            (cudnn, "benchmark", False),  # the fastest algorithm of one run is not that of another
            (cudnn, "deterministic", True),
            # Filling what is about to be written anyway would cost a pass over the memory.
            (torch.utils.deterministic, "fill_uninitialized_memory", False),
        )
        before.callback(
            torch.use_deterministic_algorithms,
            torch.are_deterministic_algorithms_enabled(),
            warn_only=torch.is_deterministic_algorithms_warn_only_enabled(),
        )
        # A stranger's network may have an operation that has no deterministic form.
        torch.use_deterministic_algorithms(True, warn_only=True)
        warnings.filterwarnings("ignore", message=".*deterministic")
        yield


def _set(before: ExitStack, *switches: tuple[Any, str, Any]) -> None:
    """Set attributes; leaving the stack sets them back."""
    for owner, name, value in switches:
        before.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)


def _tf32(on: bool) -> list[tuple[Any, str, Any]]:
    """What lets products and convolutions of float32 numbers round them to TF32."""
    cudnn: Any = torch.backends.cudnn
    matmul: Any = torch.backends.cuda.matmul
    if hasattr(matmul, "fp32_precision"):  # since torch 2.9, which warns of the older names
        value = "tf32" if on else "ieee"
        return [(owner, "fp32_precision", value) for owner in (matmul, cudnn.conv, cudnn.rnn)]
    return [(owner, "allow_tf32", on) for owner in (matmul, cudnn)]


@contextmanager
def rounded(device: torch.device, precision: Precision) -> Iterator[None]:
    """Convolutions and products in TF32, bfloat16 or float16, where that is the precision.

    Weights, sums over many values and normalisation stay in float32: torch.autocast chooses, by
    operation. :func:`unrounded` ends it within.
    """
    with ExitStack() as before:
        if precision == "tf32":
            _set(before, *_tf32(True))
        if precision in LOWER:
            before.enter_context(torch.autocast(device.type, LOWER[precision]))
        yield


def unrounded(device: torch.device) -> None:
    """From here on to the end of :func:`rounded`, all in float32.

    Autocast goes on, to float32: what was computed before and is used again fits float32 weights.
    """
    if torch.is_autocast_enabled(device.type):
        torch.set_autocast_dtype(device.type, torch.float32)
    if device.type == "cuda":
        for owner, name, value in _tf32(False):
            setattr(owner, name, value)


def room_for(shape: tuple[int, ...], device: torch.device) -> NDArray[np.uint8]:
    """An array to read bytes into; its memory is such that a GPU fetches them by itself."""
    gpu = device.type == "cuda"
    return np.asarray(torch.empty(shape, dtype=torch.uint8, pin_memory=gpu))


def sent(tensor: Tensor, device: torch.device) -> Tensor:
    """A tensor on a device; to a GPU of NVIDIA's it travels while the program goes on.

    One that is in :func:`room_for` must not be changed, nor its memory be given back, before what
    is computed with it has come back.
    """
    if device.type == "cuda" and tensor.device.type == "cpu":
        own = tensor if tensor.is_pinned() else tensor.pin_memory()
        return own.to(device, non_blocking=True)
    return tensor.to(device)


def coming_back(tensors: Sequence[Tensor]) -> Callable[[], list[NDArray[Any]]]:
    """Begin to fetch tensors from their device.

    Args:
        tensors: all on one device.

    Returns:
        A function that waits until they are here, and gives them as arrays.
    """
    if not tensors or tensors[0].device.type != "cuda":
        return lambda: [tensor.cpu().numpy() for tensor in tensors]
    here = [torch.empty(t.shape, dtype=t.dtype, pin_memory=True) for t in tensors]
    with torch.cuda.device(tensors[0].device):
        for own, tensor in zip(here, tensors, strict=True):
            own.copy_(tensor, non_blocking=True)
        done = torch.cuda.Event()
        done.record()

    def wait() -> list[NDArray[Any]]:
        done.synchronize()
        # Copies: memory that a GPU writes to is dear to ask for, and serves the next ones.
        return [np.array(own) for own in here]

    return wait
