"""An image of one's own stays while other things are chosen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

Visit = Callable[..., Any]


def test_what_is_no_image_says_so_and_stays(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "face.jpg"
    file.write_bytes(b"no image at all")
    page = visit("tab=own")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("#own-results .notice")).to_contain_text("face.jpg", timeout=30_000)
    said = page.locator("#own-results .notice").element_handle()
    page.locator("[data-control=attribute]").select_option("Bald")
    page.wait_for_function("shown => !shown.isConnected", arg=said)  # the tab was made anew
    expect(page.locator("#own-results .notice")).to_contain_text("face.jpg", timeout=30_000)
