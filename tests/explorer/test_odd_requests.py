"""A thousand requests that no page of ours sends: each is refused, and nothing is written."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from heed.explorer.guard import LARGEST_CALL, LOCAL
from heed.explorer.site import site
from tests.explorer.audit_folder import audit_folder

CALLBACK = "/_dash-update-component"
OUTPUTS = ("controls", "results", "notices", "tabs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audit_folder(tmp_path_factory.mktemp("odd") / "audit", faces=8)


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    app = site(folder, hosts=LOCAL, token=None, training=True)
    app._setup_server()  # what the first request does, at once
    with app.server.test_client() as found:
        yield found


def shown(search: Any) -> dict[str, Any]:
    """What the page sends when its address changes."""
    return {
        "output": f"..{'...'.join(f'{name}.children' for name in OUTPUTS)}..",
        "outputs": [{"id": name, "property": "children"} for name in OUTPUTS],
        "inputs": [{"id": "url", "property": "search", "value": search}],
        "changedPropIds": ["url.search"],
    }


def test_what_the_page_sends_is_answered(client: FlaskClient) -> None:
    """Else the refusals below would prove nothing."""
    answer = client.post(CALLBACK, json=shown("?attribute=Bald"))
    assert answer.status_code == 200
    assert "Bald: faces" in answer.text


PATHS = (
    "..", "../..", "etc/passwd", "%2e%2e%2f", "params.yaml", "\\", "data/scores", "con",
    "a" * 5000, "\x00", "é", "assets/../guard.py", "assets/%2e%2e/guard.py", "picture",
    "picture/tile", "picture/face?image=../../../etc/passwd&side=64", "save/faces.exe",
    "picture/face?image=x&side=99999", "picture/tile?layers=x&side=64", "picture/face?side=-1",
    "_dash-component-suites/os/path.py", "_dash-component-suites/heed/explorer/guard.py",
    "picture/average?network=../x&attribute=Bald&group=all&side=64",
    "picture/tile?image=049_7.jpg&attribute=Bald&network=../1&layers=map&side=64",
)  # fmt: skip
VALUES = (
    None, True, -1, 1e308, [], {}, [[]], {"a": {}}, "", "../..", "\x00", "?" * 3000, "<script>",
    [None] * 50, {"points": []}, {"points": [{"customdata": "../x"}]}, "1e999", "NaN",
)  # fmt: skip


def odd(rng: random.Random) -> dict[str, Any]:
    """One request, as keywords of the client's ``open``."""
    kind = rng.randrange(5)
    if kind == 0:
        path = "/" + "/".join(rng.choice(PATHS) for _ in range(rng.randint(1, 3)))
        return {"path": path, "method": rng.choice(("GET", "POST", "PUT", "DELETE", "PATCH"))}
    if kind == 1:
        body = bytes(rng.randrange(256) for _ in range(rng.randrange(300)))
        return {
            "path": CALLBACK,
            "method": "POST",
            "data": body,
            "content_type": rng.choice(("application/json", "text/plain", "multipart/form-data")),
        }
    if kind == 2:
        size = LARGEST_CALL + rng.randrange(1000)
        return {"path": CALLBACK, "method": "POST", "json": shown("?names=" + "x" * size)}
    if kind == 3:  # the right callback, with something else than a text
        return {
            "path": CALLBACK,
            "method": "POST",
            "json": shown(
                rng.choice([value for value in VALUES if not isinstance(value, str | None)])
            ),
        }
    call = json.loads(json.dumps(shown("?attribute=Bald")))  # a part of it missing, or odd
    key = rng.choice(list(call))
    if rng.random() < 0.5:
        del call[key]
    else:
        call[key] = rng.choice(VALUES)
    if key == "changedPropIds":
        call["output"] = "elsewhere.children"
    return {"path": CALLBACK, "method": "POST", "json": call}


def state(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def test_a_thousand_odd_requests_get_a_4xx_and_write_nothing(
    client: FlaskClient, folder: Path
) -> None:
    before = state(folder.parent)
    rng = random.Random(17)
    others = {}
    for number in range(1000):
        asked = odd(rng)
        answer = client.open(**asked)
        if not 400 <= answer.status_code < 500:
            others[number] = (answer.status_code, asked, answer.text[:200])
    assert others == {}
    assert state(folder.parent) == before
