"""Take the picture of README.md, docs/first_screen.webp: the page of the audit as it opens.

The page begins with a drawn face: it is refused of any other audit. An installed Chromium takes
the picture; its fonts are those of the machine, so that another machine's bytes may differ.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from docs.figures import DocsError, check_drawn, smaller
from heed.audit import paths
from heed.base.files import write_bytes

PICTURE = Path("docs/first_screen.webp")
WIDTH, HEIGHT = 1440, 900  # of the window
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Write the picture."""
    check_drawn()
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "screen.png")
        photograph(Path(paths.PAGE), picture)
        write_bytes(smaller(picture), PICTURE)
    print(f"{PICTURE}: {PICTURE.stat().st_size} bytes")


def photograph(page: Path, picture: Path) -> None:
    """Open a page, and save what is seen of it as PNG."""
    from playwright.sync_api import sync_playwright

    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise DocsError(f"{' or '.join(BROWSERS)}: found none; install one to take the picture")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        tab = opened.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        tab.emulate_media(color_scheme="light", reduced_motion="reduce")
        tab.goto(page.resolve().as_uri())
        tab.wait_for_load_state("load")
        tab.screenshot(path=picture)
        opened.close()


if __name__ == "__main__":
    try:
        main()
    except DocsError as error:
        sys.exit(f"docs/first_screen.py: {error}")
