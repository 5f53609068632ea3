"""A region is drawn by mouse and by keyboard, scored, saved, and opens the faces scored by it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from heed.explorer.audited import Audited
from heed.explorer.score_columns import columns
from heed.explorer.view import View
from tests.explorer.audit_folder import SIZE, audit_folder
from tests.explorer.browser.conftest import served

Visit = Callable[..., Any]
DRAW = "tab=draw&attribute=Wearing_Hat"


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the template face, in pixels of the crop."""
    box = page.locator("#canvas").bounding_box()
    across, down = box["width"] / SIZE, box["height"] / SIZE
    page.mouse.move(box["x"] + start[0] * across, box["y"] + start[1] * down)
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * across, box["y"] + end[1] * down, steps=3)
    page.mouse.up()


def test_a_rectangle_is_dragged_in_any_direction(visit: Visit) -> None:
    page = visit(DRAW)
    page.locator("#canvas svg").wait_for()
    drag(page, (20, 16), (8, 4))
    expect(page.locator("#region-points")).to_have_value("8, 4, 20, 16")
    assert page.locator("#canvas polygon.line").get_attribute("points") == "8,4 20,4 20,16 8,16"
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#region-points")).to_have_value("")


def test_a_polygon_is_clicked_corner_by_corner(visit: Visit) -> None:
    page = visit(DRAW)
    page.locator("#region-kind").select_option("polygon")
    for corner in ((4, 4), (20, 4), (12, 24)):
        drag(page, corner, corner)
    expect(page.locator("#region-points")).to_have_value("4, 4; 20, 4; 12, 24")
    page.get_by_role("button", name="Score all faces").click()
    expect(page.locator("#region-scores caption")).to_contain_text("Wearing Hat: means")


def test_corners_are_typed_and_scored_by_keyboard_alone(visit: Visit, address: str) -> None:
    page = visit(DRAW)
    page.locator("#region-points").focus()
    page.keyboard.type("4, 6, 20, 22")
    expect(page.locator("#canvas polygon.line")).to_have_attribute("points", "4,6 20,6 20,22 4,22")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    rows = page.locator("#region-scores tbody tr")
    expect(rows).to_have_count(10)
    page.get_by_role("link", name="All faces, sorted").press("Enter")
    expect(page.locator(".told")).to_contain_text("by Proportional energy, lowest first")
    assert "mask=box%3A4%2C6%2C20%2C22" in page.url


def test_nothing_drawn_and_no_region_are_said(visit: Visit) -> None:
    page = visit(DRAW)
    page.get_by_role("button", name="Score all faces").click()
    expect(page.locator("#region-wrong")).to_contain_text("Nothing is drawn yet")
    page.locator("#region-points").fill("1, 2, 3")
    page.get_by_role("button", name="Score all faces").click()
    expect(page.locator("#region-wrong")).to_contain_text("found 3 numbers; expected left, top")


def test_what_is_drawn_stays_and_a_link_has_it(visit: Visit) -> None:
    page = visit(DRAW)
    page.locator("#region-points").fill("4, 6, 20, 22")
    page.locator("#region-name").fill("lips")
    page.locator("[data-control=attribute]").select_option("Smiling")
    expect(page.locator("h1")).to_contain_text("Smiling")
    expect(page.locator("#region-points")).to_have_value("4, 6, 20, 22")
    expect(page.locator("#region-name")).to_have_value("lips")
    page.get_by_role("button", name="Score all faces").click()
    expect(page.locator("#region-scores caption")).to_contain_text("Smiling: means")
    again = visit(page.url.partition("?")[2])
    expect(again.locator("#region-points")).to_have_value("4, 6, 20, 22")
    expect(again.locator("#region-scores caption")).to_contain_text("Smiling: means")
    expect(again.locator("#canvas polygon.line")).to_have_attribute("points", "4,6 20,6 20,22 4,22")
    again.get_by_role("button", name="Clear").click()
    expect(again.locator("#region-scores caption")).to_have_count(0)


def test_without_leave_nothing_can_be_saved_or_started(visit: Visit) -> None:
    page = visit(DRAW)
    expect(page.get_by_role("button", name="Save the region")).to_be_disabled()
    expect(page.locator(".tools")).to_contain_text("--allow-training")


@pytest.fixture
def writable(tmp_path: Path, browser: Any) -> Iterator[tuple[Any, Path]]:
    folder = audit_folder(tmp_path / "audit", faces=12)
    with served(folder, training=True) as found:
        page = browser.new_page()
        page.goto(f"{found}?{DRAW}")
        page.locator("#region-points").wait_for()
        yield page, folder
        page.close()


def test_a_saved_region_is_a_version_of_the_masks(writable: tuple[Any, Path]) -> None:
    page, folder = writable
    page.locator("#region-points").fill("4, 6, 20, 22")
    save = page.get_by_role("button", name="Save the region")
    save.click()
    expect(page.locator("#region-saved")).to_contain_text("Give the region a name")
    page.locator("#region-name").fill("../hat")
    save.click()
    expect(page.locator("#region-saved")).to_contain_text("found the name '../hat'")
    assert not (folder / "regions").exists()
    page.locator("#region-name").fill("hat")
    save.click()
    expect(page.locator("#region-saved")).to_contain_text("Saved as regions/hat.yaml.")
    stored = yaml.safe_load((folder / "regions/hat.yaml").read_text())
    assert stored["points"] == [[4, 6], [20, 22]]
    assert stored["attributes"] == ["Wearing_Hat"]
    page.locator("#region-points").fill("5, 6, 20, 22")
    save.click()
    expect(page.locator("#region-saved .notice")).to_be_visible()
    page.get_by_role("button", name="Replace the saved one").click()
    expect(page.locator("#region-saved")).to_contain_text("Saved as regions/hat.yaml.")
    stored = yaml.safe_load((folder / "regions/hat.yaml").read_text())
    assert stored["points"] == [[5, 6], [20, 22]]
    page.locator("#region-name").fill("other")
    save.click()
    expect(page.locator("#region-saved")).to_contain_text("Saved as regions/other.yaml.")
    page.get_by_role("link", name="Faces scored against it").click()
    expect(page.locator("[data-control=mask]")).to_have_value("regions/other")
    audited = Audited(folder)
    view, _ = View.from_query("attribute=Wearing_Hat&mask=regions/hat", audited)
    found = columns(audited, view.networks[0], "Wearing_Hat", view.conditions())
    shown = page.locator(".card figcaption").nth(1).inner_text()
    assert f"PE {found.values['proportional_energy'][0]:.2f}" in shown
