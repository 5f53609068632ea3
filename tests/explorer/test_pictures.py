"""Pictures and files of what is seen: as they are asked for, or a reason why not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from heed.explorer.guard import LOCAL
from heed.explorer.site import site
from tests.explorer.audit_folder import audit_folder

TILE = "/picture/tile?image=000_0.jpg&attribute=Bald&network=balanced/1&layers=map,mask&side=64"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = audit_folder(tmp_path_factory.mktemp("pictures") / "audit", faces=8)
    app = site(folder, hosts=LOCAL, token=None, training=False)
    app._setup_server()  # what the first request does, at once
    with app.server.test_client() as found:
        yield found


def test_a_picture_is_drawn_under_the_conditions_that_are_asked_for(client: FlaskClient) -> None:
    drawn = {
        client.get(f"{TILE}&{more}").data
        for more in ("", "mask=3", "mask=box:4,6,20,22", "method=layercam", "target=true")
    }
    assert len(drawn) == 5


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("mask=regions/gone", "regions/gone"),
        ("mask=box:1,1,1,1", "points of the box"),
        ("method=cam", "found 'cam'"),
        ("threshold=1", "no pixel is above it"),
    ],
)
def test_no_picture_under_other_conditions_than_asked_for(
    client: FlaskClient, more: str, said: str
) -> None:
    """As where a region was removed while its page was open."""
    answer = client.get(f"{TILE}&{more}")
    assert answer.status_code == 404
    assert said in answer.text.replace("gone.yaml", "gone")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("mask=regions/gone", "gone"),
        ("network=balanced/9", "balanced/9"),
        ("range=amr:x:1", "expected a number"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "png"])
def test_no_file_of_other_faces_than_asked_for(
    client: FlaskClient, kind: str, query: str, said: str
) -> None:
    answer = client.get(f"/save/faces.{kind}?{query}")
    assert answer.status_code == 404
    assert said in answer.text


def test_what_cannot_be_saved_is_said(client: FlaskClient) -> None:
    answer = client.get("/save/faces.png?names=nobody")
    assert answer.status_code == 404
    assert "No face is left by these filters" in answer.text
