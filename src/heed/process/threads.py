"""How OpenMP's threads, which torch computes with, wait for one another."""

import os


def let_waiting_threads_sleep() -> None:
    """Have OpenMP's threads sleep while they wait for one another.

    By default they spin, which makes them a little faster on an idle machine. On a busy one
    they take the cores from those they wait for (benchmarks/threads.json has both). Must come
    before torch is imported. A value that the user has set stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
