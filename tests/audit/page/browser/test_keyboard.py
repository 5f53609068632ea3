"""The whole page by keyboard: Tab comes to everything, is seen where it is, and comes back.

What keys do once there is tested where it belongs: the first screen's choices and its switch
(test_first), links, pages of faces and points of the scatter (test_attribute), headings that sort
(test_table), folded figures and terms (test_whole).
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.page.browser.conftest import NARROW, WIDE

MOST = 1000  # presses of Tab, by which any page should be through

# In the order of the document. Of radio buttons Tab comes to the one that is chosen.
REACHABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")]
  .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility()
    && !(each.type === "radio" && !each.checked))
  .map((each, place) => { each.dataset.place = place; return each.outerHTML.slice(0, 80); })
"""

# Where the focus is, and what is wrong there: not shown as such, outside of the window, or covered.
FOCUSED = """
() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const shown = at.type === "radio" ? at.nextElementSibling : at;
  const box = shown.getBoundingClientRect();
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const faults = [];
  const around = getComputedStyle(shown);
  const mark = at.querySelector(".mark");  /* a point of a plot has an edge in its place */
  const width = mark ? getComputedStyle(mark).strokeWidth
    : around.outlineStyle === "none" ? "0px" : around.outlineWidth;
  if (parseFloat(width) < 2) faults.push("no outline");
  if (box.bottom <= 0 || box.top >= innerHeight) faults.push("out of sight");
  if (!at.closest(".bar, .skip") && box.bottom <= bar.bottom) faults.push("under the bar");
  return [Number(at.dataset.place), faults, at.outerHTML.slice(0, 80)];
}
"""


def walk(page: Any, key: str) -> tuple[list[int], list[str]]:
    """The places that a key comes to until it leaves the page, and what is wrong there.

    The browser may begin anew at once, without a place outside of the page in between.
    """
    places: list[int] = []
    faults: list[str] = []
    for _ in range(MOST):
        page.keyboard.press(key)
        found = page.evaluate(FOCUSED)
        if found is None or found[0] in places[:1]:
            if places:
                break
            continue
        place, wrong, element = found
        places.append(place)
        faults += [f"{fault}: {element}" for fault in wrong]
    return places, faults


@pytest.mark.parametrize(
    ("size", "key"), [(WIDE, "Tab"), (NARROW, "Shift+Tab")], ids=["laptop", "phone"]
)
def test_tab_comes_to_everything_in_its_order_and_back(
    visit: Callable[..., Any], size: tuple[int, int], key: str
) -> None:
    """Each way once, for it takes seconds: there on a laptop, back on a phone."""
    page = visit(size)
    reachable = page.evaluate(REACHABLE)
    assert len(reachable) > 100
    places, faults = walk(page, key)
    expected = list(range(len(reachable)))
    assert places == (expected if key == "Tab" else expected[::-1])
    assert not faults, faults
