"""The table of attributes: folded, sorted and filtered."""

from typing import Any

import pytest

from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from tests.audit.page.browser.conftest import MODELS, Run


@pytest.fixture
def page(visit) -> Any:
    opened = visit()
    assert not opened.locator("#attribute-table").is_visible()
    opened.locator("#attributes summary").click()
    return opened


def names(page: Any) -> list[str]:
    """Attributes of the rows that are shown, from top to bottom."""
    rows = page.locator("#attribute-table tbody tr:visible")
    return rows.evaluate_all("rows => rows.map(row => row.dataset.attribute)")


def heading(page: Any, name: str, network: int = 0) -> Any:
    head = page.locator("#attribute-table thead")
    return head.get_by_role("button", name=name, exact=True).nth(network)


def sorting(page: Any) -> list[str]:
    """Which headings claim to be sorted by, and how."""
    return page.locator("th[aria-sort]").evaluate_all(
        "all => all.map(each => each.innerText.trim() + ' ' + each.getAttribute('aria-sort'))"
    )


def test_sorting(page: Any, run: Run) -> None:
    before = names(page)
    assert before == list(run.attributes["attribute"])
    assert sorting(page) == ["Minority descending"]
    for network, model in enumerate(MODELS):
        amr = run.column(model, "amr")
        heading(page, "AMR", network).click()
        assert names(page) == sorted(before, key=lambda name: -amr[name])
        heading(page, "AMR", network).click()
        assert names(page) == sorted(before, key=amr.__getitem__)
        assert sorting(page) == ["AMR ascending"]
    heading(page, "Attribute").focus()
    page.keyboard.press("Enter")
    assert names(page) == sorted(ATTRIBUTES, key=lambda name: readable(name).lower())
    page.keyboard.press("Space")
    assert sorting(page) == ["Attribute descending"]


def test_missing_numbers_are_sorted_last_both_ways(page: Any) -> None:
    for _ in range(2):  # Bald is never absent: it has no gap
        heading(page, "PE gap", 1).click()
        assert names(page)[-1] == "Bald"


def test_filters(page: Any) -> None:
    form = page.locator("#table-filter")
    form.get_by_label("Attribute").fill("  HAIR")
    assert all("Hair" in name for name in names(page))
    output = page.locator("#table-filter output")
    assert output.inner_text() == "7 of 40 attributes"
    assert output.get_attribute("aria-live") == "polite"
    form.get_by_label("Region").select_option("hair")
    assert set(names(page)) == {name for name in ATTRIBUTES if name.endswith("_Hair")}
    heading(page, "Attribute").click()
    assert names(page)[0] == "Black_Hair"  # what is hidden stays hidden
    form.get_by_label("Attribute").fill("nothing at all")
    page.keyboard.press("Enter")  # the form goes nowhere
    assert names(page) == []


def test_a_name_leads_to_its_faces(page: Any) -> None:
    page.locator("#attribute-table").get_by_role("link", name="Bangs").click()
    assert page.locator("#attribute-title").inner_text() == "Bangs"


def test_every_cell_is_laid_out_as_one(page: Any) -> None:
    """A class of the first screen made blocks of the cells that a network's columns begin with."""
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        found = page.locator("#attribute-table th, #attribute-table td").evaluate_all(
            "all => all.map(each => getComputedStyle(each).display)"
        )
        assert set(found) == {"table-cell"}
        foot = page.locator("#attribute-table tfoot").evaluate("e => getComputedStyle(e).display")
        assert foot == {"screen": "table-footer-group", "print": "table-row-group"}[media]
