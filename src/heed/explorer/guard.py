"""Who is answered, and with what: the rules that every request to the explorer goes through.

On this machine only, the page is open to whoever uses the machine; but a page of another site,
which the same browser shows, must not reach it. So the name that was asked for (``Host``) has to be
one of this machine's, against DNS rebinding, and what changes something has to come from the page
itself (``Origin``). Where the server binds another address, every request needs the token as well.
"""

import hmac
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from heed.base.errors import HeedError

LOCAL: Final = ("localhost", "127.0.0.1", "::1")
"""Names of this machine, for itself."""

COOKIE: Final = "heed_token"
"""The beginning of the cookie's name; behind it comes the port."""

LARGEST_BODY: Final = 42 * 2**20
"""Bytes of a request: an image of 30 MB as Base64, and what goes with it."""

LARGEST_CALL: Final = 2**18
"""Bytes of a request that brings no image."""

PATHS: Final = frozenset(
    f"/{name}"
    for name in (
        "",
        "_dash-layout",
        "_dash-dependencies",
        "_dash-update-component",
        "style.css",
        "picture/face",
        "picture/tile",
        "picture/average",
        "picture/template",
        "save/faces.csv",
        "save/faces.png",
    )
)
"""What is answered, ..."""

FOLDERS: Final = ("/_dash-component-suites/", "/assets/")
"""... and below what."""

UPLOAD: Final = b'"own-upload"'
"""What a request has in it that brings one."""

LOG = logging.getLogger("heed.explorer")


def guard(server: Flask, hosts: Sequence[str] | None, token: str | None, scripts: str) -> None:
    """Put the rules before and behind all that a server answers.

    Args:
        server: of the page.
        hosts: names under which it may be asked; None where a token is needed instead, since
            nobody knows what other machines call this one.
        token: that each request has to bring, in a cookie, or in the address, which sets it.
        scripts: sources of scripts that may run, as in a content security policy.
    """
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @server.before_request
    def refuse() -> AnyResponse | None:
        if hosts is not None and _host() not in hosts:
            return _no(HTTPStatus.FORBIDDEN, f"expected the address {hosts[0]}")
        if token is not None and (answer := _unknown(token)) is not None:
            return answer
        if not (request.path in PATHS or request.path.startswith(FOLDERS)):
            return _no(HTTPStatus.NOT_FOUND, "no such page")
        if request.method not in ("GET", "HEAD", "POST"):
            return _no(HTTPStatus.METHOD_NOT_ALLOWED, "GET and POST are answered")
        if request.method == "POST" and _foreign():
            return _no(HTTPStatus.FORBIDDEN, "asked for by a page of another site")
        if (request.content_length or 0) > LARGEST_CALL and UPLOAD not in request.get_data():
            return _no(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too much for a call without an image")
        return None

    @server.after_request
    def limit(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    @server.errorhandler(Exception)
    def answer(error: Exception) -> AnyResponse:
        """What cannot be understood is the request's fault; what it was, the server's log says."""
        if isinstance(error, HTTPException):
            said = str(error.__cause__) if isinstance(error.__cause__, HeedError) else error.name
            return _no(HTTPStatus(error.code or HTTPStatus.BAD_REQUEST), said)
        LOG.warning("%s %s: %s", request.method, request.path, error, exc_info=error)
        return _no(HTTPStatus.BAD_REQUEST, "not understood")


def unforeseen(error: Exception) -> str:
    """A sentence for the page about an error that nobody foresaw; the terminal has the rest."""
    LOG.error("The page could not be made", exc_info=error)
    return (
        f"Something went wrong that Heed did not foresee ({type(error).__name__}); the terminal "
        "that the explorer runs in says more. Other views may work: go back, or choose another tab."
    )


def _host() -> str:
    """The name that was asked for, without the port."""
    try:
        return (urlsplit(f"//{request.headers.get('Host', '')}").hostname or "").lower()
    except ValueError:
        return ""


def _foreign() -> bool:
    """Whether a page of another site asks. Programs other than browsers name no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    try:
        return urlsplit(origin).netloc != request.headers.get("Host")
    except ValueError:
        return True


def _unknown(token: str) -> AnyResponse | None:
    """Nothing for who has shown the token before; who shows it now is told to come again."""
    # Browsers give cookies to all ports of a machine: each explorer there has one of its own.
    cookie = f"{COOKIE}_{request.environ['SERVER_PORT']}"
    if _same(request.cookies.get(cookie, ""), token):
        return None
    if request.path == "/" and _same(request.args.get("token", ""), token):
        kept: list[tuple[str, Any]] = [
            (name, value) for name, value in request.args.items(multi=True) if name != "token"
        ]
        answer = redirect(f"/?{urlencode(kept)}" if kept else "/")
        answer.set_cookie(cookie, token, httponly=True, samesite="Strict")
        return answer
    return _no(
        HTTPStatus.UNAUTHORIZED, "open the address with its token, which the terminal has shown"
    )


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _no(status: HTTPStatus, words: str) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")
