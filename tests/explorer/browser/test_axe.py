"""The explorer under axe-core's rules."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.page.browser.test_axe import faults
from tests.explorer.browser.conftest import NARROW, WIDE

VIEWS = (
    "sort=-amr&range=amr:0.1:1.0",
    "face=049_7.jpg",
    "tab=attributes",
    "tab=scatter",
    "tab=draw",
    "tab=pinned&pin=049_7.jpg",
    "tab=own",
    "tab=methods",
)


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
@pytest.mark.parametrize("query", VIEWS)
def test_axe_finds_no_fault(
    visit: Callable[..., Any], query: str, size: tuple[int, int], scheme: str
) -> None:
    page = visit(query, size, scheme)
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
