"""How much of the processor is there for this process."""

import os


def usable_cores() -> int:
    """The number of cores that this process may run on, at least 1.

    A container or a batch system may allow fewer than the machine has.
    """
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
