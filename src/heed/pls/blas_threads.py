"""How many threads multiply matrices."""

from contextlib import AbstractContextManager
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
    from threadpoolctl import threadpool_limits  # here: it looks at all loaded libraries

    return threadpool_limits(limits=1 if samples < FEW else None, user_api="blas")
