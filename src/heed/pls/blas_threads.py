"""How many threads multiply matrices."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final

FEW: Final = 1024
"""Samples below which one thread multiplies.

OpenBLAS' threads spin while they wait for one another. With few samples they wait most of the time:
beside other processes, 40 Gram matrices of 300 samples took ten times as long with two threads as
with one, and with 2,048 samples 1.6 times as long.
"""


def blas_threads(samples: int) -> AbstractContextManager[Any]:
    """One thread of BLAS for few samples in the block that follows, as many as there are for more.

    Example:
        >>> with blas_threads(300):
        ...     pass
    """
    return _libraries().limit(limits=1 if samples < FEW else None, user_api="blas")


def one_blas_thread() -> AbstractContextManager[Any]:
    """One thread of BLAS for any samples, where threads of one's own multiply."""
    return _libraries().limit(limits=1, user_api="blas")


@cache
def _libraries() -> Any:
    """NumPy's BLAS; to look for it takes some milliseconds, and once is enough."""
    from threadpoolctl import ThreadpoolController  # here: it looks at all loaded libraries

    return ThreadpoolController()
