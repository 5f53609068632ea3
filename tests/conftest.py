"""What concerns all tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the whole audit first: begun last, it would keep one of two processes waiting."""
    items.sort(key=lambda item: item.path.name != "test_audit.py")
