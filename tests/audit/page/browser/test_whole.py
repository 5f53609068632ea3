"""The page as a whole: its size, its colours, paper, words, and readers who see little."""

import re
from pathlib import Path

import pytest

from tests.audit.page.browser.conftest import NARROW, WIDE, Run

SHEETS = 15


@pytest.mark.parametrize("size", [WIDE, NARROW, (2560, 1300)], ids=["laptop", "phone", "large"])
@pytest.mark.parametrize("faces", [True, False])
def test_nothing_is_wider_than_the_window(visit, size: tuple[int, int], faces: bool) -> None:
    page = visit(size, faces=faces)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everyone(visit, scheme: str) -> None:
    page = visit()
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    script = Path(__file__).with_name("accessibility.js").read_text()
    script = re.sub(r"^/\*.*?\*/\n", "", script)
    assert page.evaluate(script) == []


def test_at_most_a_few_sheets_are_printed_without_controls(visit) -> None:
    page = visit()
    page.emulate_media(media="print")
    for control in ("#first-choice", "#attribute-choice", "form.layers", "nav"):
        assert not page.locator(control).first.is_visible()
    assert page.locator("#first-pictures canvas").first.is_visible()
    assert page.locator(".on-paper .outline-key.active").first.is_visible()
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) < SHEETS


def test_terms_are_explained_where_they_stand(visit) -> None:
    page = visit()
    term = page.locator("main a.term").first
    term.hover()
    tip = page.get_by_role("tooltip")
    meaning = page.locator(term.get_attribute("href")).locator("dd").inner_text()
    assert tip.inner_text() == meaning
    assert term.get_attribute("aria-describedby") == tip.get_attribute("id")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.locator("main a.term").nth(1).focus()
    assert tip.is_visible()
    targets = page.locator("a.term").evaluate_all("all => all.map(each => each.hash.slice(1))")
    defined = page.locator("dl.glossary [id]").evaluate_all("all => all.map(each => each.id)")
    assert set(targets) <= set(defined)


def test_figures_unfold_by_keyboard(visit) -> None:
    page = visit()
    second = page.locator("#figure-amr_and_error_by_error_balanced")
    assert not second.is_visible()
    page.locator("#question-1 details summary").last.focus()
    page.keyboard.press("Enter")
    assert second.is_visible()


def test_a_search_finds_the_words_of_a_figure_and_the_figure_keeps_its_looks(visit) -> None:
    page = visit()
    figure = page.locator("#figure-class_gap")
    figure.locator("xpath=ancestor::details").evaluate("each => { each.open = true; }")
    assert page.evaluate("find('title of class_gap')")
    assert page.evaluate("getSelection().anchorNode.parentElement.closest('figure').id") == (
        "figure-class_gap"
    )
    fills = "all => all.map(each => getComputedStyle(each).fill)"
    bars = figure.locator("svg path[fill='#7563aa']")
    assert set(bars.evaluate_all(fills)) == {"rgb(117, 99, 170)"}
    box = figure.locator("svg").bounding_box()
    assert round(box["width"]) == 1050  # 7 inches at 150 dots per inch
    sizes = "all => all.map(each => each.getBoundingClientRect().height)"
    assert min(figure.locator("svg text").evaluate_all(sizes)) > 12


def test_a_narrow_window_scrolls_inside_a_figure(visit) -> None:
    page = visit(size=NARROW)
    figure = page.locator("#figure-class_gap")
    figure.locator("xpath=ancestor::details").evaluate("each => { each.open = true; }")
    assert figure.locator("svg").bounding_box()["width"] > NARROW[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_without_faces_there_is_none(visit, run: Run) -> None:
    page = visit(faces=False)
    for gone in ("#first-pictures", "#gallery", "#first-choice"):
        assert page.locator(gone).count() == 0
    assert page.locator("img[src^='data:']:visible").count() == 0
    assert not re.search(r"0000\d\d\.jpg", page.content())
    page.locator("#index-list a").first.click()
    assert page.locator("#attribute-averages canvas").first.is_visible()


def test_without_scripts_the_numbers_are_there(browser, addresses) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses[True])
    assert page.locator("#answer h1").is_visible()
    assert page.locator("#panel-gap .strip").count() == 4
    assert page.locator("form:visible").count() == 0
    assert "drawn by a script" in page.locator("#first-pictures").inner_text()
    context.close()
