"""A network is led to a region from the page: started, watched, stopped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.explorer.audit_folder import audit_folder
from tests.explorer.browser.conftest import served
from tests.explorer.directed_study import RUN, end, left_running, make_study, until

DRAW = "tab=draw&attribute=Wearing_Lipstick"
SLOW = 60_000  # milliseconds: DVC takes seconds to begin


@pytest.fixture
def directed(tmp_path: Path, browser: Any) -> Iterator[tuple[Any, Path]]:
    folder = audit_folder(tmp_path / "audit", faces=6, replicates=1)
    study = make_study(folder)
    with served(folder, training=True) as address:

        def opened() -> Any:
            page = browser.new_page()
            page.goto(f"{address}?{DRAW}")
            page.locator("#direct-state p").first.wait_for()
            return page

        yield opened, study
    end(study)


def test_a_run_is_started_watched_and_stopped(directed: tuple[Any, Path]) -> None:
    opened, study = directed
    page = opened()
    start, stop = (page.get_by_role("button", name=name) for name in ("Start", "Stop"))
    expect(stop).to_be_disabled()
    start.click()
    expect(page.locator("#direct-said")).to_contain_text("Nothing is drawn yet")
    (study / f"wait_{RUN}").touch()
    page.locator("#region-points").fill("4, 20, 20, 30")
    start.click()
    expect(page.locator("#direct-state")).to_contain_text("Running.", timeout=SLOW)
    expect(start).to_be_disabled()
    expect(page.locator("#direct-state")).to_contain_text(f"tune@{RUN}", timeout=SLOW)
    expect(page.locator("#direct-curves .trace").first).to_be_visible(timeout=SLOW)

    other = opened()  # another viewer sees the same run, and cannot start a second one
    expect(other.locator("#direct-state")).to_contain_text("Running.")
    expect(other.get_by_role("button", name="Start")).to_be_disabled()
    other.close()

    stop.click()
    expect(page.locator("#direct-state")).to_contain_text("Stopped.", timeout=SLOW)
    expect(start).to_be_enabled()
    assert not left_running(study)
    (study / f"wait_{RUN}").unlink()
    start.click()
    expect(page.locator("#direct-state")).to_contain_text("Finished.", timeout=SLOW)
    assert (study / "data/networks" / RUN).is_file()
    page.close()


def test_a_run_that_fails_says_why(directed: tuple[Any, Path]) -> None:
    opened, study = directed
    (study / f"fail_{RUN}").touch()
    page = opened()
    page.locator("#region-points").fill("4, 20, 20, 30")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#direct-state")).to_contain_text("Failed.", timeout=SLOW)
    expect(page.locator("#direct-state")).to_contain_text("found no such network; expected one")
    until(study, lambda it: it.status == "failed")
    page.close()
