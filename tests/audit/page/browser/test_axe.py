"""The page under axe-core's rules, an outside judge of what readers with other senses meet.

It takes ten seconds to judge the contrast of four thousand words, most of which are rows of a table
that look alike. So all of them are judged once, on a laptop in the light; and elsewhere one of each
look.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.audit.page.browser.conftest import NARROW, WIDE

axe = pytest.importorskip("axe_playwright_python.base", reason="needs axe-playwright-python")

# axe would fetch style sheets anew, and the page lets nothing be fetched: its one sheet is in it.
OPTIONS: dict[str, Any] = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"td-has-header": {"enabled": True}},  # Lighthouse asks it, axe-core only if asked to
}
CONTRAST = "color-contrast"
LOOKS = re.sub(r"^/\*.*?\*/\n", "", Path(__file__).with_name("looks.js").read_text(), flags=re.S)


def faults(page: Any, within: str = "html") -> list[str]:
    """What axe-core finds, a line for each element."""
    page.evaluate(axe.AXE_SCRIPT)
    return run(page, f"'{within}'", OPTIONS)


def faults_but_contrast(page: Any) -> list[str]:
    others = OPTIONS["rules"] | {CONTRAST: {"enabled": False}}
    return run(page, "'html'", OPTIONS | {"rules": others})


def contrast_by_look(page: Any) -> list[str]:
    """Of elements of the whole page that look alike one is judged."""
    page.evaluate(axe.AXE_SCRIPT)
    only = {"type": "rule", "values": [CONTRAST]}
    return run(page, f"{{include: ({LOOKS})()}}", OPTIONS | {"runOnly": only})


def run(page: Any, within: str, options: dict[str, Any]) -> list[str]:
    found = page.evaluate(f"(options) => axe.run({within}, options)", options)
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
    if (size, scheme) == (WIDE, "light"):
        found = faults(page)
    else:
        found = contrast_by_look(page) + faults_but_contrast(page)
    assert not found, found


def test_axe_finds_what_is_wrong(visit: Callable[..., Any]) -> None:
    """The test above can fail."""
    page = visit()
    page.evaluate("document.querySelector('#first-choice select').parentElement.replaceWith("
                  "document.querySelector('#first-choice select'))")  # fmt: skip
    assert any("select-name" in fault for fault in faults(page, "#first-choice"))


def test_one_of_each_look_is_enough_to_find_a_faint_word(visit: Callable[..., Any]) -> None:
    """Wherever it is; and of all that look alike one is named."""
    page = visit()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    looks = page.evaluate(f"({LOOKS})().length")
    assert 50 < looks < 1000
    page.evaluate("document.querySelectorAll('#attribute-table tbody tr:nth-child(31) td')"
                  ".forEach(each => { each.style.color = '#bbb' })")  # fmt: skip
    (found,) = contrast_by_look(page)
    assert CONTRAST in found
