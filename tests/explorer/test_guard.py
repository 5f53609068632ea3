"""Whoever asks from elsewhere, or for what there is not, gets a 4xx and nothing else."""

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from heed.explorer.guard import COOKIE, LARGEST_BODY, LARGEST_CALL, LOCAL, guard


def client(hosts: tuple[str, ...] | None = LOCAL, token: str | None = None) -> FlaskClient:
    server = Flask(__name__)

    @server.get("/")
    def index() -> str:
        return "the page"

    @server.post("/_dash-update-component")
    def call() -> str:
        return str(request.get_json()["known"])

    guard(server, hosts, token, "'sha256-x'")
    return server.test_client()


@pytest.fixture
def local() -> FlaskClient:
    return client()


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:8050", "127.0.0.1:8050", "[::1]:8050"])
def test_this_machine_is_answered_by_each_of_its_names(local: FlaskClient, name: str) -> None:
    assert local.get("/", headers={"Host": name}).text == "the page"


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example:8050", "[", "", "192.168.0.7"]
)
def test_a_name_that_was_led_here_from_elsewhere_is_refused(local: FlaskClient, name: str) -> None:
    assert local.get("/", headers={"Host": name}).status_code == 403


def test_a_page_of_another_site_may_change_nothing(local: FlaskClient) -> None:
    def post(**headers: str) -> int:
        answer = local.post("/_dash-update-component", json={"known": 1}, headers=headers)
        return answer.status_code

    assert post(Origin="http://localhost") == 200
    assert post() == 200, "a program that is no browser"
    assert post(Origin="https://evil.example") == 403
    assert post(Origin="http://localhost:1234") == 403, "another program's page on this machine"
    assert post(Origin="null") == 403
    assert post(**{"Sec-Fetch-Site": "cross-site"}) == 403


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/x", "/_reload-hash", "/x/"]
)
def test_there_are_no_other_pages(local: FlaskClient, path: str) -> None:
    assert local.get(path).status_code in (400, 404)


def test_what_is_not_understood_is_the_requests_fault_and_no_trace_of_ours(
    local: FlaskClient,
) -> None:
    answer = local.post("/_dash-update-component", json={"other": 1})
    assert answer.status_code == 400
    assert "Error" not in answer.text
    assert local.post("/_dash-update-component", data="x").status_code == 415
    assert local.put("/", data="x").status_code == 405
    huge = local.post(
        "/_dash-update-component", data=b"1" * (LARGEST_BODY + 1), content_type="application/json"
    )
    assert huge.status_code == 413


def test_only_a_call_with_an_image_may_be_large(local: FlaskClient) -> None:
    def post(key: str) -> int:
        call = {"known": 1, key: "x" * LARGEST_CALL}
        return local.post("/_dash-update-component", json=call).status_code

    assert post("own-upload") == 200
    assert post("other") == 413


def test_with_a_token_nothing_is_answered_without_it() -> None:
    strange = client(None, "secret")
    assert strange.get("/", headers={"Host": "far.example"}).status_code == 401
    assert strange.get("/?token=secre").status_code == 401
    assert strange.get("/?token=s%E9cret").status_code == 401
    assert strange.post("/_dash-update-component", json={"known": 1}).status_code == 401


def test_the_token_in_the_address_becomes_a_cookie_and_the_view_stays() -> None:
    strange = client(None, "secret")
    answer = strange.get("/?attribute=Bald&token=secret")
    assert (answer.status_code, answer.location) == (302, "/?attribute=Bald")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}_80=secret")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert strange.get("/").text == "the page"


def test_explorers_at_two_ports_of_a_machine_keep_a_token_each() -> None:
    """A browser has the same cookies for both."""
    jar = client(None, "one")
    answer = jar.get("/?token=one", base_url="http://far.example:8050")
    assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}_8050=one")
    jar.set_cookie(f"{COOKIE}_8051", "two", domain="far.example")
    assert jar.get("/", base_url="http://far.example:8050").status_code == 200


def test_a_browser_is_told_to_run_and_load_nothing_from_elsewhere(local: FlaskClient) -> None:
    policy = local.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'sha256-x'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy
