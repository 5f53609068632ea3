"""The page in a browser: what it draws, and what mouse and keyboard do."""

import base64
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from heed.audit.figures.catalogue import FIGURES
from heed.audit.page.average_pictures import average_pictures
from heed.audit.page.gallery import GROUPS, Choice, Key, choose_faces, gallery_payload
from heed.audit.page.page import Origin, Results, render_page
from heed.audit.page.table import AttributeTable, attribute_table
from heed.audit.tables.differences import gaps_table
from heed.audit.tables.estimates import estimate
from heed.audit.tables.imbalance import attributes_table, class_counts
from heed.audit.tables.layout import errors_table, groups_table
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay
from heed.metrics import groups as face_groups
from heed.metrics.majority import majority_class
from heed.pages.pictures import Picture, thumbnail
from tests.default_run import RUN
from tests.placements import uneven

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=f"needs one of {', '.join(NAMES)}")

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MODELS = ("balanced", "unbalanced")
FACES, SIZE = 24, 112
PLACEMENTS = {"balanced": Placement.half_pixel(SIZE, 7), "unbalanced": uneven(SIZE, 7)}
WIDE, LAPTOP, NARROW = (1440, 900), (1280, 800), (390, 844)

GREY = thumbnail(np.full((32, 32, 3), 128, np.uint8), 32)
FIGURE_PICTURES = {entry.name: Picture(GREY, entry.caption) for entry in FIGURES.entries(run=RUN)}

Open = Callable[..., Any]
Chosen = dict[Key, Choice]


@dataclass(frozen=True)
class Run:
    """A small made-up audit."""

    scores: dict[str, ScoreArrays]
    cams: dict[str, np.ndarray]
    crops: dict[int, np.ndarray]
    face: np.ndarray
    means: dict[str, np.ndarray]
    n: np.ndarray
    labels: np.ndarray
    groups: pd.DataFrame = field(init=False)
    errors: pd.DataFrame = field(init=False)
    gaps: pd.DataFrame = field(init=False)
    attributes: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        order, majority = class_counts(self.labels).order, majority_class(self.labels)
        estimates = {
            name: estimate([of], majority, range(FACES), resamples=20, seed=0)
            for name, of in self.scores.items()
        }
        object.__setattr__(self, "groups", groups_table(estimates, order, 0.95))
        object.__setattr__(self, "errors", errors_table(estimates, order, 0.95))
        object.__setattr__(self, "gaps", gaps_table(estimates, order, 0.95))
        object.__setattr__(self, "attributes", attributes_table({"train": self.labels}, order))

    def column(self, model: str, metric: str, group: str = "all") -> dict[str, float]:
        """A group mean of every attribute, in the order of the table."""
        of = self.groups.query("model == @model and metric == @metric and group == @group")
        return dict(zip(of["attribute"][:-1], of["mean"][:-1], strict=True))

    def table(self, faces: bool) -> AttributeTable:
        averages = {model: (self.means[model], self.n) for model in MODELS}
        majority = majority_class(self.labels)
        pictures = average_pictures(self.face if faces else None, averages, majority)
        normalised = self.groups.query("metric == 'amr' and group == 'all'")
        normalised = normalised.rename(columns={"mean": "amr_normalised"})
        return attribute_table(
            self.groups, self.errors, self.gaps, self.attributes, pictures, normalised, 1
        )


@pytest.fixture(scope="module")
def run() -> Run:
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((FACES, 40)) < 0.5, 1, -1).astype(np.int8)
    scores, cams, means = {}, {}, {}
    for model in MODELS:
        values = {metric: rng.random((FACES, 40)) for metric in METRICS}
        logits = rng.normal(labels, 1.5).astype(np.float32)
        logits[:, ATTRIBUTE_INDEX["Bald"]] = 1  # never absent: no gap between the classes
        empty = rng.random((FACES, 40)) < 0.1
        images = tuple(f"{row:06d}.jpg" for row in range(FACES))
        cams[model] = rng.normal(size=(FACES, 40, 7, 7)).astype(np.float32)
        cams[model][empty] = -1
        scores[model] = ScoreArrays(images, labels, logits, empty, values)
        means[model] = rng.random((40, len(face_groups.GROUPS), SIZE, SIZE), dtype=np.float32)
    small = rng.integers(0, 256, (FACES + 1, 5, 5, 3), dtype=np.uint8)
    smooth = [cv2.resize(face, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC) for face in small]
    shares = np.linspace(0.05, 0.6, 40)
    training = np.where(np.arange(200)[:, None] < 200 * shares, 1, -1).astype(np.int8)
    n = np.full((40, len(face_groups.GROUPS)), FACES)
    crops = dict(enumerate(smooth[:-1]))
    return Run(scores, cams, crops, smooth[-1].astype(np.float32), means, n, training)


@pytest.fixture(scope="module")
def chosen(run: Run) -> Chosen:
    return choose_faces(run.scores, 3)


@pytest.fixture(scope="module")
def gallery(run: Run, chosen: Chosen) -> dict[str, Any]:
    return gallery_payload(chosen, run.crops, run.cams, run.scores, PLACEMENTS)


@pytest.fixture(scope="module")
def tables(run: Run) -> dict[bool, AttributeTable]:
    """With the average face and without."""
    return {faces: run.table(faces) for faces in (True, False)}


@pytest.fixture
def write(
    gallery: dict[str, Any],
    tables: dict[bool, AttributeTable],
    results: Results,
    settings: dict[str, Any],
    tmp_path: Path,
) -> Callable[..., str]:
    def written(faces: bool = True) -> str:
        page = render_page(
            results,
            figures=FIGURE_PICTURES,
            table=tables[faces],
            gallery=gallery if faces else None,
            settings=settings,
            origin=Origin({"train": 200, "audited": FACES}, [], {"numpy": "2.1"}, "commit 1234567"),
        )
        (tmp_path / "index.html").write_text(page, encoding="utf-8")
        return (tmp_path / "index.html").as_uri()

    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Any, write: Callable[..., str]) -> Iterator[Open]:
    """Opens the page; at the end no page may have complained or asked for anything else."""
    complaints: list[str] = []
    requests: list[str] = []
    contexts = []
    address = ""

    def opened(
        size: tuple[int, int] = WIDE, at: str = "", faces: bool = True, **options: Any
    ) -> Any:
        nonlocal address
        address = write(faces)
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda told: complaints.append(f"{told.type}: {told.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address + at)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    files = {url.split("#")[0] for url in requests if not url.startswith(("data:", "blob:"))}
    assert files == {address}


def names(page: Any) -> list[str]:
    """Attributes of the rows that are shown, from top to bottom."""
    rows = page.locator("#attribute-table tbody tr:visible")
    return rows.evaluate_all("rows => rows.map(row => row.dataset.attribute)")


def heading(page: Any, name: str, network: int = 0) -> Any:
    return (
        page.locator("#attribute-table thead")
        .get_by_role("button", name=name, exact=True)
        .nth(network)
    )


def sorting(page: Any) -> list[str]:
    """Which headings claim to be sorted by, and how."""
    return page.locator("th[aria-sort]").evaluate_all(
        "all => all.map(each => each.innerText.trim() + ' ' + each.getAttribute('aria-sort'))"
    )


@pytest.mark.parametrize("size", [WIDE, LAPTOP, NARROW], ids=["wide", "laptop", "narrow"])
def test_the_page_fits_and_everything_is_there(
    visit: Open, run: Run, size: tuple[int, int]
) -> None:
    page = visit(size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    links = page.locator(".bar .links").evaluate("links => links.scrollWidth - links.clientWidth")
    assert links <= 0 or size == NARROW
    assert page.locator(".picture img").evaluate_all(
        "images => images.every(image => image.width <= image.getAttribute('width'))"
    )
    assert names(page) == list(run.attributes["attribute"])
    page.locator("#attribute-table tbody th button").first.click()
    assert page.locator("#averages").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    box = page.locator("#averages").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size[1] + 0.5
    assert page.locator("#gallery canvas").count() == 3 * len(MODELS)


def test_sorting_by_mouse(visit: Open, run: Run) -> None:
    page = visit()
    before = names(page)
    assert sorting(page) == ["Rarer descending"]
    for network, model in enumerate(MODELS):
        amr = run.column(model, "amr")
        heading(page, "AMR", network).click()
        assert names(page) == sorted(before, key=lambda name: -amr[name])
        assert sorting(page) == ["AMR descending"]
        heading(page, "AMR", network).click()
        assert names(page) == sorted(before, key=amr.__getitem__)
        assert sorting(page) == ["AMR ascending"]
    heading(page, "Rarer").click()
    assert names(page) == before
    overall = page.locator("#attribute-table tfoot th").first.inner_text()
    assert overall == "Mean over the attributes that count"


def test_sorting_by_keyboard(visit: Open) -> None:
    page = visit()
    page.locator("#table-filter select").last.focus()
    page.keyboard.press("Tab")  # the scrolling region
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText.trim()") == "Attribute"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    alphabetical = sorted(ATTRIBUTES, key=lambda name: readable(name).lower())
    assert names(page) == alphabetical
    assert sorting(page) == ["Attribute ascending"]
    page.keyboard.press("Space")
    assert names(page) == alphabetical[::-1]
    assert page.evaluate("document.activeElement.innerText.trim()") == "Attribute"


def test_missing_numbers_are_sorted_last_both_ways(visit: Open, run: Run) -> None:
    page = visit()
    rarer = run.column("unbalanced", "proportional_energy", "predicted_minority")
    commoner = run.column("unbalanced", "proportional_energy", "predicted_majority")
    gap = {name: rarer[name] - commoner[name] for name in ATTRIBUTES}
    assert np.isnan(gap.pop("Bald"))
    assert not np.isnan(list(gap.values())).any()
    for sign in (-1, 1):
        heading(page, "PE gap", 1).click()
        assert names(page) == [*sorted(gap, key=lambda name: sign * gap[name]), "Bald"]


def test_filters(visit: Open, run: Run) -> None:
    page = visit()
    everything = names(page)
    form = page.locator("#table-filter")
    search, region = form.get_by_label("Attribute"), form.get_by_label("Region")
    output = page.locator("#table-filter output")
    assert output.get_attribute("aria-live") == "polite"
    search.fill("  HAIR")
    assert names(page) == [name for name in everything if "Hair" in name]
    assert output.inner_text() == "7 of 40 attributes"
    region.focus()
    page.keyboard.type("hair")
    assert set(names(page)) == {name for name in everything if name.endswith("_Hair")}
    heading(page, "Attribute").click()
    assert names(page)[0] == "Black_Hair"  # what is hidden stays hidden
    search.fill("")
    region.select_option("all")
    form.get_by_label("Rarer class").select_option("under 10 %")
    share = (run.labels == 1).mean(axis=0)
    rare = {ATTRIBUTES[i] for i in range(40) if min(share[i], 1 - share[i]) < 0.1}
    assert set(names(page)) == rare
    assert 0 < len(rare) < 40
    search.fill("nothing at all")
    assert output.inner_text() == "0 of 40 attributes"
    page.keyboard.press("Enter")  # the form goes nowhere
    assert names(page) == []


def shown(page: Any) -> str:
    return page.locator("#averages h3").evaluate("h3 => h3.firstChild.textContent.trim()")


def test_average_maps_follow_pointer_and_focus(visit: Open) -> None:
    page = visit()
    dock = page.locator("#averages")
    assert dock.is_hidden()
    second = page.locator("#attribute-table tbody tr").nth(1)
    third = page.locator("#attribute-table tbody tr").nth(2)
    first_of = {row: row.get_attribute("data-attribute") for row in (second, third)}
    second.locator("td").nth(3).hover()
    assert shown(page) == readable(first_of[second])
    pictures = dock.locator("img")
    assert pictures.count() == 3 * len(MODELS)
    page.wait_for_function(
        "[...document.querySelectorAll('#averages img')].every(i => i.naturalWidth)"
    )
    assert pictures.evaluate_all("all => all.map(each => each.naturalWidth)") == [112] * 6
    assert dock.locator("figure.framed").count() == len(MODELS)
    alt = pictures.last.get_attribute("alt")
    assert alt.startswith(f"Average map of {readable(first_of[second])} by unbalanced, predicted")
    assert "to" in dock.locator("td small").first.inner_text()  # an interval

    second.get_by_role("button").focus()
    page.keyboard.press("Tab")
    assert shown(page) == readable(first_of[third])
    page.keyboard.press("Enter")  # stays, whatever is pointed at
    assert third.get_by_role("button").get_attribute("aria-pressed") == "true"
    fourth = page.locator("#attribute-table tbody tr").nth(3)
    fourth.locator("td").nth(4).hover()
    assert shown(page) == readable(first_of[third])
    page.keyboard.press("Tab")
    assert shown(page) == readable(fourth.get_attribute("data-attribute"))
    assert third.get_by_role("button").get_attribute("aria-pressed") == "false"
    page.keyboard.press("Escape")
    assert dock.is_hidden()
    second.locator("td").nth(4).hover()
    fourth.locator("td").nth(5).hover()
    assert dock.is_hidden()  # closed is closed, until the pointer comes back
    page.locator("#attributes-title").hover()
    fourth.locator("td").nth(5).hover()
    assert shown(page) == readable(fourth.get_attribute("data-attribute"))
    shown_last = readable(fourth.get_attribute("data-attribute"))  # the last with the focus
    dock.get_by_role("button", name="Close").click()
    page.wait_for_timeout(50)  # the pointer is now above the row that was behind the button
    assert dock.is_hidden()
    assert page.evaluate("document.activeElement.innerText") == shown_last


def test_average_maps_lead_to_the_faces(visit: Open) -> None:
    page = visit(NARROW)
    page.locator("#attribute-table tr[data-attribute=Bangs] button").click()
    page.get_by_role("link", name="its faces").click()
    sync_api.expect(page.locator("#gallery-choice select")).to_have_value("Bangs")
    assert page.locator("#faces-title").bounding_box()["y"] < NARROW[1]


def gallery_state(page: Any) -> tuple[str, list[str]]:
    """The sentence above the faces, and the names of the faces."""
    faces = page.locator("#gallery article figure:first-child img")
    alts = faces.evaluate_all("all => all.map(each => each.alt)")
    return page.locator("#gallery-count").inner_text(), [alt.removeprefix("Face ") for alt in alts]


def expected(chosen: Chosen, model: str, group: str, attribute: str) -> list[str]:
    rows = chosen[model, group, attribute].rows
    return [f"{row:06d}.jpg" for row in rows]


def test_the_gallery_by_keyboard(visit: Open, run: Run, chosen: Chosen) -> None:
    page = visit()
    select = page.locator("#gallery-choice select")
    by_name = sorted(ATTRIBUTES, key=readable)
    assert page.locator("#gallery-count").get_attribute("aria-live") == "polite"
    assert gallery_state(page)[1] == expected(chosen, "balanced", "incorrect", by_name[0])
    select.focus()
    page.keyboard.press("ArrowDown")
    assert select.input_value() == by_name[1]
    assert gallery_state(page)[1] == expected(chosen, "balanced", "incorrect", by_name[1])
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # the next group
    told, faces = gallery_state(page)
    assert faces == expected(chosen, "balanced", "gt_positive", by_name[1])
    has = int((run.scores["balanced"].labels[:, ATTRIBUTE_INDEX[by_name[1]]] == 1).sum())
    assert told.endswith(f"{len(faces)} of {has} faces")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # the other network
    assert gallery_state(page)[1] == expected(chosen, "unbalanced", "incorrect", by_name[1])
    page.keyboard.press("Tab")
    canvas = page.locator("#gallery canvas").first
    for key, opacity in (("Home", "0"), ("End", "1")):
        page.keyboard.press(key)
        assert canvas.evaluate("each => getComputedStyle(each).opacity") == opacity


def test_the_gallery_by_mouse(visit: Open, chosen: Chosen) -> None:
    page = visit(NARROW)
    page.locator("#gallery-choice select").select_option("Smiling")
    for group, name in GROUPS.items():
        for model in MODELS:
            page.get_by_text(name, exact=True).click()
            page.locator("#gallery-choice").get_by_text(model, exact=True).click()
            told, faces = gallery_state(page)
            assert faces == expected(chosen, model, group, "Smiling")
            assert (f"of {model}:" in told) == (not group.startswith("gt_"))
            assert page.url.endswith(f"#gallery=Smiling,{group},{model}")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_verdicts_are_told(visit: Open, run: Run, chosen: Chosen) -> None:
    page = visit(at="#gallery=Smiling,worst,unbalanced")
    index = ATTRIBUTE_INDEX["Smiling"]
    row = chosen["unbalanced", "worst", "Smiling"].rows[0]
    article = page.locator("#gallery article").first
    label = run.scores["balanced"].labels[row, index]
    assert f"Smiling: {'yes' if label == 1 else 'no'}" in article.locator("h3").inner_text()
    for place, model in enumerate(MODELS):
        of = run.scores[model]
        logit, amr = of.logits[row, index], of.values["amr"][row, index]
        caption = article.locator("figcaption").nth(place + 1).inner_text()
        verdict = "right" if logit * label > 0 else "wrong"
        assert f"{'present' if logit > 0 else 'absent'}, {verdict}" in caption
        looks = "empty map" if of.empty[row, index] else f"AMR {amr:.2f}"
        assert looks in caption
        alt = article.get_by_role("img").nth(place + 1).get_attribute("aria-label")
        assert alt.startswith(f"Map of Smiling by {model} on {row:06d}.jpg: ")
        assert alt.endswith(looks)


def test_an_empty_group_says_so(visit: Open) -> None:
    page = visit()
    page.evaluate("location.hash = '#gallery=Bald,correct,unbalanced'")
    page.wait_for_function("document.querySelector('#gallery-choice select').value === 'Bald'")
    group = GROUPS["correct"].lower()
    assert f"Bald, {group} of unbalanced: " in gallery_state(page)[0]


def test_the_address_chooses_and_may_be_wrong(visit: Open, chosen: Chosen) -> None:
    page = visit(at="#gallery=Bald,best,unbalanced")
    assert gallery_state(page)[1] == expected(chosen, "unbalanced", "best", "Bald")
    assert page.locator("#faces-title").bounding_box()["y"] < WIDE[1]
    for wrong in ("%E0%A4%A,best", "Beard,nothing,nobody", ",,,,"):
        page.evaluate("address => { location.hash = address }", f"#gallery={wrong}")
        page.wait_for_timeout(50)
    assert gallery_state(page)[1] == expected(chosen, "unbalanced", "best", "Bald")


def pixels(canvas: Any) -> np.ndarray:
    address = canvas.evaluate("each => each.toDataURL('image/png')")
    picture = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))
    return np.asarray(picture).astype(int)


def test_maps_are_drawn_as_everywhere_else(visit: Open, run: Run, chosen: Chosen) -> None:
    page = visit(at="#gallery=Male,gt_positive,balanced")
    index = ATTRIBUTE_INDEX["Male"]
    rows = chosen["balanced", "gt_positive", "Male"].rows
    black = np.zeros((SIZE, SIZE, 3), np.uint8)
    canvases = page.locator("#gallery canvas")
    places = [(row, model) for row in rows for model in MODELS]
    assert canvases.count() == len(places)
    for number, (row, model) in enumerate(places):
        cam = normalise(run.cams[model][row, index], SIZE, PLACEMENTS[model])
        drawn = pixels(canvases.nth(number))
        assert drawn.shape == (SIZE, SIZE, 4)
        assert (drawn[..., 3] == 255).all()
        difference = np.abs(drawn[..., :3] - overlay(black, cam, opacity=1))
        # one of the map's 255 levels changes a colour by up to 8
        assert difference.max() <= 16
        assert difference.mean() < 2


def test_an_empty_map_is_drawn_without_a_maximum(visit: Open, run: Run, chosen: Chosen) -> None:
    model = MODELS[0]
    attribute, group, place = next(
        (attribute, group, place)
        for attribute in ATTRIBUTES
        for group in ("correct", "incorrect")
        for place, row in enumerate(chosen[model, group, attribute].rows)
        if run.scores[model].empty[row, ATTRIBUTE_INDEX[attribute]]
    )
    page = visit(at=f"#gallery={attribute},{group},{model}")
    drawn = pixels(page.locator("#gallery article").nth(place).locator("canvas").first)
    lowest = overlay(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1)), opacity=1)[0, 0]
    assert (drawn[..., :3] == lowest).all()


def test_a_map_lies_over_its_face(visit: Open, run: Run, chosen: Chosen) -> None:
    page = visit(at="#gallery=Male,gt_positive,balanced")
    row = chosen["balanced", "gt_positive", "Male"].rows[1]
    laid = page.locator("#gallery article").nth(1).locator(".laid").nth(2)
    laid.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('#gallery img')].every(i => i.complete)")
    seen = np.asarray(Image.open(io.BytesIO(laid.screenshot())).convert("RGB")).astype(int)
    signed = run.cams["unbalanced"][row, ATTRIBUTE_INDEX["Male"]]
    cam = normalise(signed, SIZE, PLACEMENTS["unbalanced"])
    expected = overlay(run.crops[row], cam)
    large = cv2.resize(expected, seen.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    assert np.abs(seen - large).mean() < 5
    other = cv2.resize(run.crops[row], seen.shape[1::-1])
    assert np.abs(seen - other).mean() > 20  # the map is there


def test_without_faces_there_is_none(
    visit: Open, tables: dict[bool, AttributeTable], gallery: dict[str, Any]
) -> None:
    page = visit(faces=False)
    for gone in ("#faces", "#gallery", "#gallery-data", "canvas"):
        assert page.locator(gone).count() == 0
    text = page.content()
    assert "faces" not in [a.get_attribute("href") for a in page.locator("nav a").all()]
    assert not any(picture.split(",")[1] in text for _, picture in gallery["faces"])
    page.locator("#attribute-table tbody button").first.click()
    assert page.get_by_role("link", name="its faces").count() == 0
    page.wait_for_function(
        "[...document.querySelectorAll('#averages img')].every(i => i.naturalWidth)"
    )
    with_face = tables[True].rows[0].pictures["balanced"][0].uri
    assert page.locator("#averages img").first.get_attribute("src") != with_face
    assert with_face not in text


def test_print_has_no_controls(visit: Open) -> None:
    page = visit()
    page.locator("#attribute-table tbody button").first.click()
    controls = ("#table-filter", "#gallery-choice", "#averages", "nav")
    assert all(page.locator(control).is_visible() for control in controls)
    page.emulate_media(media="print")
    assert not any(page.locator(control).is_visible() for control in controls)
    assert page.locator("#attribute-table").is_visible()
    assert page.locator("#gallery canvas").first.is_visible()


def test_figures_unfold_by_keyboard_and_on_paper(visit: Open) -> None:
    page = visit()
    second = page.locator("#figure-amr_and_error_by_error_balanced")
    assert page.locator("#figure-amr_and_error_by_imbalance").is_visible()
    assert not second.is_visible()
    page.locator("#question-1 details.more summary").focus()
    page.keyboard.press("Enter")
    assert second.is_visible()
    page.keyboard.press("Enter")
    assert not second.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("figure[id^=figure-]:visible").count() == len(FIGURES.entries(run=RUN))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not second.is_visible()


def test_without_scripts_it_is_a_plain_table(visit: Open, run: Run) -> None:
    page = visit(java_script_enabled=False)
    rows = page.locator("#attribute-table tbody tr")
    assert rows.count() == 40
    assert rows.first.locator("th").inner_text() == readable(run.attributes["attribute"][0])
    assert page.locator("form:visible, button:visible, .dock:visible").count() == 0
    assert "drawn by a script" in page.locator("#faces").inner_text()
