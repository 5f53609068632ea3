"""What concerns all tests."""

import gc
import os

import pytest
from hypothesis import settings

from tests.places import ROOT

# While six thousand tests and all that they use are read, there is no garbage worth a search: it
# would take a quarter of that time, in each worker.
gc.disable()

# How long an example takes depends on what else the machine does, and on what is imported first.
settings.register_profile("heed", deadline=None)
settings.load_profile("heed")

pytest_plugins = [
    "tests.chromium", "tests.made_up_scores", "tests.made_up_tables", "tests.masks_and_maps",
]  # fmt: skip


FIRST = (
    ("test_audit.py",),
    (
        "affact/test_run.py", "stages/test_train.py", "pipeline/test_outputs.py",
        "training/test_stopping.py", "training/test_resume.py", "training/test_devices.py",
    ),
    (
        "methods/test_run.py", "probing/test_run.py", "attention/test_run.py", "test_pipeline.py",
        "affact/test_pipeline.py", "methods/test_pipeline.py", "probing/test_pipeline.py",
        "attention/test_pipeline.py", "pipeline/test_process.py", "search/test_objective.py",
    ),
)  # fmt: skip
"""What takes longest, in a group for each process: begun last, it would keep the others waiting.

What starts forks of one process with its imports done (tests/forked_scripts.py) is together, so
that few of them import.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each process begin with some of what takes longest.

    Each of N processes begins with the first test of its own part, an Nth of all in their order.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    group = {ROOT / "tests" / name: n % workers for n, names in enumerate(FIRST) for name in names}
    heads: list[list[pytest.Item]] = [[] for _ in range(workers)]
    others: list[pytest.Item] = []
    for item in items:
        (heads[group[item.path]] if item.path in group else others).append(item)
    ordered: list[pytest.Item] = []
    for number, head in enumerate(heads, 1):
        ordered += head
        room = number * len(items) // workers - len(ordered)
        ordered += others[: max(room, 0)]
        others = others[max(room, 0) :]
    items[:] = [*ordered, *others]


def pytest_collection_finish() -> None:
    """Search for garbage from now on, but not among what was read."""
    gc.freeze()
    gc.enable()
