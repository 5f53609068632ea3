"""The explorer over a made-up audit, as a browser has it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import waitress

from heed.explorer.guard import LOCAL
from heed.explorer.site import site
from tests.explorer.audit_folder import audit_folder

WIDE, NARROW = (1440, 900), (390, 844)


@contextmanager
def served(folder: Path, *, training: bool = False, token: str | None = None) -> Iterator[str]:
    """The address of an explorer of an audit."""
    app = site(folder, hosts=None if token else LOCAL, token=token, training=training)
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()
    thread.join(5)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = audit_folder(tmp_path_factory.mktemp("explored") / "audit", faces=60)
    with served(folder) as found:
        yield found


@pytest.fixture(scope="session")
def windows(browser: Any) -> Iterator[Callable[[tuple[int, int], str], Any]]:
    """A browser's window of a size and scheme: what it has loaded once, it keeps for all tests."""
    contexts: dict[Any, Any] = {}

    def window(size: tuple[int, int], scheme: str) -> Any:
        if (size, scheme) not in contexts:
            contexts[size, scheme] = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
            )
        return contexts[size, scheme]

    yield window
    for context in contexts.values():
        context.close()


@pytest.fixture
def visit(windows: Callable[..., Any], address: str) -> Iterator[Callable[..., Any]]:
    """Opens a view; in the end nothing was asked of other machines, and the console is silent."""
    said: list[str] = []
    asked: list[str] = []
    pages = []

    def opened(query: str = "", size: tuple[int, int] = WIDE, scheme: str = "light") -> Any:
        page = windows(size, scheme).new_page()
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}?{query}")
        page.locator("#results h1").wait_for()
        return page

    yield opened
    for page in pages:
        page.close()
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
