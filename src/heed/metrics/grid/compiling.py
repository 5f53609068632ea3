"""Plain loops over arrays, compiled by Numba once per machine.

What is compiled is kept beside the module that the loops are in or, where that cannot be written,
in the user's folder of caches. Where there is no such place either, each process compiles anew,
within seconds.
"""

from collections.abc import Callable
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numba
from filelock import FileLock, Timeout
from numba import types

WAIT: Final = 120.0
"""Seconds that a process waits for another one that compiles, before it does so as well."""

Loops = Callable[..., None]


def read(of: Any, dimensions: int) -> Any:
    """The type of an array that is read alone: one that can be written to fits as well."""
    return types.Array(of, dimensions, "C", readonly=True)


def written(of: Any, dimensions: int) -> Any:
    """The type of an array that is written to."""
    return types.Array(of, dimensions, "C")


def compiled(function: Loops, *arguments: Any, uses: ModuleType | None = None) -> Loops:
    """A function that returns nothing, compiled, or as an earlier process kept it.

    Other threads run while it does. Of several processes that need it at once, one compiles.

    Args:
        function: loops in the part of Python that Numba takes.
        arguments: their Numba types.
        uses: a module of the library that it calls functions or takes constants of. Numba itself
            would go on with what it kept, whatever becomes of that module.
    """
    if uses is not None:
        source = Path(str(uses.__file__)).read_bytes()
        function.__qualname__ = f"{function.__name__}_{sha256(source).hexdigest()[:8]}"
    try:
        found = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder can be written to
        found = numba.njit(nogil=True)(function)
    signature, folder = types.void(*arguments), found.stats.cache_path
    lock = FileLock(Path(folder) / f"{function.__name__}.lock", WAIT) if folder else nullcontext()
    try:
        with lock:
            found.compile(signature)
    except (Timeout, OSError):  # a disk that is full, say, is no reason to stop
        found = numba.njit(nogil=True)(function)
        found.compile(signature)
    found.disable_compile()
    loops: Loops = found
    return loops
