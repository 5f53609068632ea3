"""The first screen: maps as everywhere else, and an attribute that is switched."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay
from tests.audit.page.browser.conftest import FIRST, MODELS, NARROW, Run
from tests.audit.page.made_up_faces import SIZE


def pixels(canvas: Any) -> np.ndarray:
    address = canvas.evaluate("each => each.toDataURL('image/png')")
    picture = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))
    return np.asarray(picture).astype(int)


def differs(drawn: np.ndarray, signed: np.ndarray, placement: Any) -> np.ndarray:
    """How far a canvas is from the map as the figures colour it, in grey levels."""
    cam = normalise(signed, SIZE, placement)
    black = np.zeros((SIZE, SIZE, 3), np.uint8)
    return np.abs(drawn[..., :3] - overlay(black, cam, opacity=1))


def test_the_first_face_has_the_map_of_every_network(visit, run: Run) -> None:
    page = visit()
    canvases = page.locator("#first-pictures canvas")
    assert canvases.count() == len(MODELS)
    for place, of in enumerate(run.shown.values()):
        apart = differs(pixels(canvases.nth(place)), of.cams[FIRST[0]][ATTRIBUTE_INDEX["Bald"]],
                        of.placement)  # fmt: skip
        assert apart.max() <= 24  # one of the map's 255 levels changes a colour by up to 8
        assert apart.mean() < 2
    box = canvases.last.bounding_box()
    assert box["y"] + box["height"] < 900  # on the first screen
    assert page.locator("#answer h1").is_visible()


def test_a_switched_attribute_moves_logit_map_and_face(visit, run: Run) -> None:
    page = visit()
    pictures = page.locator("#first-pictures")
    label = run.shown["balanced"].scores.labels[FIRST[0], ATTRIBUTE_INDEX["Bald"]]
    before = pictures.locator("img").first.get_attribute("src")
    page.locator("#first-choice").get_by_text("switched", exact=True).click()
    assert pictures.locator("img").first.get_attribute("src") != before
    assert "logit\N{NO-BREAK SPACE}\N{MINUS SIGN}0.90" in pictures.inner_text()
    assert pictures.locator("b").first.inner_text() == ("not Bald" if label == 1 else "Bald")
    signed = run.flips.of["unbalanced"].maps[0]
    drawn = pixels(pictures.locator("canvas").last)
    assert differs(drawn, signed, run.shown["unbalanced"].placement).mean() < 2
    # what was not drawn again cannot be switched, and says so
    assert page.locator("#first-why").is_visible()
    page.locator("#first-choice select").select_option("Smiling")
    assert not page.locator("#first-why").is_visible()
    assert page.locator("#first-choice [value=switched]").is_disabled()
    assert "cannot be drawn again" in page.locator("#first-note").inner_text()


def test_the_active_area_is_outlined_where_the_map_passes_the_threshold(visit, run: Run) -> None:
    page = visit()
    of = run.shown["balanced"]
    active = normalise(of.cams[FIRST[0]][ATTRIBUTE_INDEX["Bald"]], SIZE, of.placement) > 0.5
    path = page.locator("#first-pictures .line.active").first.get_attribute("d")
    ends = np.array(
        [list(map(float, end.split())) for end in path[1:].replace("M", "L").split("L")]
    )
    for x, y in ends:  # on the edge: pixels of both kinds lie around it
        rows = slice(max(int(y) - 2, 0), int(y) + 3)
        around = active[rows, max(int(x) - 2, 0) : int(x) + 3]
        assert around.any()
        assert not around.all()


def test_layers_are_shown_and_hidden_everywhere_at_once(visit) -> None:
    page = visit(at="#attribute=Bald")
    forms = page.locator("form.layers")
    mask = page.locator("#first-pictures .line.mask").first
    assert mask.is_visible()
    forms.last.get_by_label("mask").uncheck()
    assert not mask.is_visible()
    assert not forms.first.get_by_label("mask").is_checked()
    canvas = page.locator("#first-pictures canvas").first
    forms.first.get_by_label("map").fill("0")
    assert canvas.evaluate("each => getComputedStyle(each).opacity") == "0"


def test_one_scale_for_all_networks_dims_the_weaker_map(visit, run: Run) -> None:
    page = visit()
    canvases = page.locator("#first-pictures canvas")
    own = [pixels(canvases.nth(place)) for place in range(2)]
    page.locator("form.layers").first.get_by_label("one scale").check()
    index = ATTRIBUTE_INDEX["Bald"]
    peaks = [of.cams[FIRST[0]][index].max() for of in run.shown.values()]
    stronger, weaker = int(np.argmax(peaks)), int(np.argmin(peaks))
    np.testing.assert_array_equal(pixels(canvases.nth(stronger)), own[stronger])
    assert (pixels(canvases.nth(weaker)) != own[weaker]).any()


def test_everything_is_reached_by_keyboard(visit) -> None:
    page = visit(NARROW)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    select = page.locator("#first-choice select")
    select.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.locator("#first-choice [value=switched]").is_checked()
    name = page.locator("#first-pictures img").first.get_attribute("alt")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # another face
    assert page.locator("#first-pictures img").first.get_attribute("alt") != name
