"""The page under axe-core's rules, an outside judge of what readers with other senses meet."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.page.browser.conftest import NARROW, WIDE

axe = pytest.importorskip("axe_playwright_python.base", reason="needs axe-playwright-python")

# axe would fetch style sheets anew, and the page lets nothing be fetched: its one sheet is in it.
OPTIONS = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"td-has-header": {"enabled": True}},  # Lighthouse asks it, axe-core only if asked to
}


def faults(page: Any, within: str = "html") -> list[str]:
    """What axe-core finds, a line for each element."""
    page.evaluate(axe.AXE_SCRIPT)
    found = page.evaluate("([within, options]) => axe.run(within, options)", [within, OPTIONS])
    return [
        f"{rule['impact']}, {rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["laptop", "phone"])
def test_axe_finds_no_fault(visit: Callable[..., Any], size: tuple[int, int], scheme: str) -> None:
    page = visit(size)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = faults(page)
    assert not found, found


def test_axe_finds_what_is_wrong(visit: Callable[..., Any]) -> None:
    """The test above can fail."""
    page = visit()
    page.evaluate("document.querySelector('#first-choice select').parentElement.replaceWith("
                  "document.querySelector('#first-choice select'))")  # fmt: skip
    assert any("select-name" in fault for fault in faults(page, "#first-choice"))
