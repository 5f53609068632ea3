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


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a view; in the end nothing was asked of other machines, and the console is silent."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def opened(query: str = "", size: tuple[int, int] = WIDE, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}?{query}")
        page.locator("#results h1").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
