"""Several processes that work on one search."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from heed.base.errors import HeedError
from heed.process.children import ended_by_signals, nothing_left_running
from heed.process.cores import usable_cores


class WorkerError(HeedError, ValueError):
    """A worker failed; it has said why itself."""


def run_workers(count: int, work: Callable[[], None]) -> None:
    """Run ``work`` in so many processes at once; a single one is this process.

    A new process imports the main script, which must be guarded by
    ``if __name__ == "__main__"``. The processor's cores and the GPUs are shared out.

    Args:
        count: number of processes.
        work: what each of them does; it can be pickled where there are several.

    Raises:
        WorkerError: when one fails; the others finish first.
        BaseException: what the handler of a signal raises; the workers have ended by then.
    """
    if count == 1:
        work()
        return
    # Not forked: a process that has used a GPU or threads cannot be.
    context = multiprocessing.get_context("spawn")
    workers = []
    with nothing_left_running():
        for rank in range(count):
            # May have processes of its own, those that read images: so not daemonic.
            worker = context.Process(target=_worker, args=(work,), daemon=False)
            with _environment(share(rank, count)):
                worker.start()
            workers.append(worker)
        for worker in workers:
            worker.join()
    failed = [worker for worker in workers if worker.exitcode]
    if failed:
        raise WorkerError(
            f"{len(failed)} of {count} workers ended with an error, see above; the trials that "
            "they ran will be run again: search once more"
        )


def _worker(work: Callable[[], None]) -> None:
    ended_by_signals()
    work()


def parent_lives() -> bool:
    """Whether the process that started this one, if one did, is still there."""
    parent = multiprocessing.parent_process()
    return parent is None or parent.is_alive()


def share(rank: int, count: int) -> dict[str, str]:
    """Environment variables that give one of several workers its part of the machine.

    Args:
        rank: of the worker, from 0.
        count: of workers.
    """
    import torch  # here: a worker that fails at once, or the main script, need none of it

    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    named = range(torch.cuda.device_count()) if visible is None else visible.split(",")
    gpus = [str(gpu) for gpu in named]
    variables = {"OMP_NUM_THREADS": str(max(1, usable_cores() // count))}
    if gpus:
        variables["CUDA_VISIBLE_DEVICES"] = gpus[rank % len(gpus)]
    return variables


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started inside."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
