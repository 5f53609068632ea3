"""What concerns all tests."""

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does, and on what is imported first.
settings.register_profile("heed", deadline=None)
settings.load_profile("heed")

pytest_plugins = ["tests.made_up_scores", "tests.made_up_tables", "tests.masks_and_maps"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the whole audit first: begun last, it would keep one of two processes waiting."""
    items.sort(key=lambda item: item.path.name != "test_audit.py")
