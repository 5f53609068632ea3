"""What concerns all tests."""

import gc

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
    "test_audit.py", "affact/test_run.py", "stages/test_train.py", "pipeline/test_outputs.py",
    "training/test_stopping.py", "training/test_resume.py", "training/test_devices.py",
    "test_pipeline.py", "affact/test_pipeline.py",
)  # fmt: skip
"""What takes longest: begun last, it would keep one of two processes waiting. All but the last two
start forks of one process with their imports done (tests/forked_scripts.py), so one worker has it.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first what takes longest."""
    place = {ROOT / "tests" / name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(FIRST)))


def pytest_collection_finish() -> None:
    """Search for garbage from now on, but not among what was read."""
    gc.freeze()
    gc.enable()
