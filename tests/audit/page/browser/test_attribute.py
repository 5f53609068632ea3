"""One attribute: the address, its numbers, average maps and faces."""

import numpy as np
import pytest

from heed.audit.page.averages import SHOWN
from heed.audit.page.face_choice import OUTCOMES, outcomes
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX
from tests.audit.page.browser.conftest import MODELS, NARROW, WIDE, Run
from tests.audit.page.browser.test_first import differs, pixels

PER_PAGE = 6

# The page hears of its new address some time after it has it.
TITLE = 'document.querySelector("#attribute-title").innerText {} "{}"'


def faces(page) -> list[str]:
    all_small = page.locator("#gallery article h4 small")
    return [f"{name}.jpg" for name in all_small.all_inner_texts()]


def of_kind(run: Run, model: str, outcome: str, attribute: str) -> list[str]:
    index, of = ATTRIBUTE_INDEX[attribute], run.shown[model].scores
    kinds = outcomes(of.labels[:, index], of.logits[:, index])
    rows = [row for row in run.chosen[attribute].rows if list(OUTCOMES)[kinds[row]] == outcome]
    return [of.images[row] for row in rows]


def test_an_average_map_opens_its_attribute(visit) -> None:
    page = visit()
    links = page.locator("#index-list a")
    assert links.count() == 40
    assert page.locator("#index-list canvas").count() == 40 * len(MODELS)
    links.nth(5).focus()
    page.keyboard.press("Enter")
    key = links.nth(5).get_attribute("data-attribute")
    assert page.url.endswith(f"#attribute={key}")
    title = page.locator("#attribute-title")
    assert title.inner_text() == readable(key)
    assert title.bounding_box()["y"] < WIDE[1]
    assert page.evaluate("document.activeElement.id") == "attribute-title"
    averages = page.locator("#attribute-averages")
    assert averages.locator("canvas").count() == len(SHOWN) * len(MODELS)
    assert "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}24" in averages.inner_text()
    assert "Balanced error" in page.locator("#attribute-numbers").inner_text()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_link_restores_kind_and_network(visit, run: Run, outcome: str) -> None:
    page = visit(at=f"#attribute=Smiling&show={outcome}&of=1")
    expected = of_kind(run, "unbalanced", outcome, "Smiling")
    assert faces(page) == expected[:PER_PAGE]
    told = page.locator("#gallery-count").inner_text()
    assert told.startswith(f"Smiling: {len(expected)} of ")
    assert page.locator("#attribute-choice [name=show]").input_value() == outcome


def test_pages_follow_each_other_and_are_in_the_address(visit, run: Run) -> None:
    page = visit(NARROW, at="#attribute=Male")
    names = [f"{row:06d}.jpg" for row in run.chosen["Male"].rows]
    assert len(names) > PER_PAGE
    assert page.locator("#gallery-before").is_disabled()
    page.locator("#gallery-after").click()
    assert faces(page) == names[PER_PAGE : 2 * PER_PAGE]
    assert page.url.endswith("#attribute=Male&page=2")
    page.locator("#gallery-before").click()
    assert faces(page) == names[:PER_PAGE]
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


@pytest.mark.parametrize("score", ["logit", "amr", "proportional_energy"])
def test_faces_are_sorted_by_any_score(visit, run: Run, score: str) -> None:
    page = visit(at="#attribute=Young")
    of, index = run.shown["balanced"].scores, ATTRIBUTE_INDEX["Young"]
    values = of.logits[:, index] if score == "logit" else of.values[score][:, index]
    rows = sorted(run.chosen["Young"].rows, key=lambda row: -round(float(values[row]), 3))
    page.locator("#attribute-choice [name=sort]").select_option(f"-{score}")
    assert [int(name[:6]) for name in faces(page)] == rows[:PER_PAGE]
    page.locator("#attribute-choice [name=find]").fill("00001")
    assert all("00001" in name for name in faces(page))


def test_a_face_tells_decision_and_scores(visit, run: Run) -> None:
    page = visit(at="#attribute=Smiling&sort=amr")
    index = ATTRIBUTE_INDEX["Smiling"]
    name = faces(page)[0]
    row = run.shown["balanced"].scores.images.index(name)
    captions = page.locator("#gallery article").first.locator("figcaption").all_inner_texts()
    for caption, of in zip(captions[1:], run.shown.values(), strict=True):
        logit, amr = of.scores.logits[row, index], of.scores.values["amr"][row, index]
        kind = outcomes(of.scores.labels[row, index], logit)
        assert ["hit", "miss", "false alarm", "right"][kind] in caption
        empty = (of.cams[row][index] <= 0).all()
        told = "empty map" if empty else f"AMR\N{NO-BREAK SPACE}{amr:.2f}"
        assert told in caption
        assert ("image" in caption) == bool(np.isfinite(of.contribution[row, index]))


def test_maps_of_the_gallery_are_those_of_its_faces(visit, run: Run) -> None:
    page = visit(at="#attribute=Male")
    index = ATTRIBUTE_INDEX["Male"]
    row = run.chosen["Male"].rows[0]
    for place, of in enumerate(run.shown.values()):
        canvas = page.locator("#gallery article").first.locator("canvas").nth(place)
        drawn = pixels(canvas)[::2, ::2]  # drawn at twice the size of these small crops
        assert differs(drawn, of.cams[row][index], of.placement).mean() < 12


def test_a_wrong_address_shows_what_there_is(visit) -> None:
    page = visit(at="#attribute=Beard&show=nothing&page=99&of=7")
    first = page.locator("#attribute-title").inner_text()
    assert page.locator("#attribute-unknown").inner_text() == (
        f"There is no attribute Beard; this is {first}."
    )
    assert faces(page)
    page.evaluate("""() => new Promise((heard) => {
      addEventListener("hashchange", () => heard());  // after the page, which listens already
      location.hash = "attribute=%E0%A4%A";
    })""")
    assert faces(page)


def test_back_shows_what_was_there_before(visit) -> None:
    page = visit()
    before = page.locator("#attribute-title").inner_text()
    page.locator("#index-list a").nth(7).click()
    page.wait_for_function(TITLE.format("!==", before))
    assert page.locator("#attribute-unknown").inner_text() == ""
    page.go_back()
    page.wait_for_function(TITLE.format("===", before))


def test_focus_stays_with_the_pages_of_the_gallery_and_nothing_found_is_said(visit) -> None:
    page = visit(at="#attribute=Male")
    page.locator("#gallery-after").focus()
    while page.locator("#gallery-after").is_enabled():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "gallery-before"
    page.locator("#attribute-choice [name=find]").fill("nobody")
    assert page.locator("#gallery-count").inner_text() == "No face on this page has such a name."


def test_a_point_of_the_scatter_opens_its_attribute(visit) -> None:
    page = visit()
    points = page.locator("#question-1 a.point")
    assert points.count() == 40 * len(MODELS)
    points.first.focus()
    page.keyboard.press("ArrowRight")
    told = points.nth(1).get_attribute("aria-label")
    assert page.locator("#question-1 .readout").inner_text() == told
    page.keyboard.press("Enter")
    page.wait_for_function(TITLE.format("===", told.partition(":")[0].partition(",")[0]))


def test_an_address_may_name_an_attribute_in_any_case(visit) -> None:
    page = visit(at="#attribute=wearing_hat")
    assert page.locator("#attribute-title").inner_text() == "Wearing Hat"
    assert page.locator("#attribute-unknown").inner_text() == ""
    top = page.locator("#attribute").evaluate("each => each.getBoundingClientRect().top")
    bar = page.locator(".bar").evaluate("each => each.getBoundingClientRect().bottom")
    assert bar <= top + 1 <= bar + 24  # right below the bar
