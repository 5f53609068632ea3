"""The pictures that the page asks for one by one, and files of what is seen."""

from collections.abc import Callable, Collection
from dataclasses import fields
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from heed.base.errors import HeedError, InputError
from heed.explorer.audited import Audited, Conditions
from heed.explorer.opened import Opened
from heed.explorer.seen_files import faces_csv, faces_png
from heed.explorer.tiles import (
    LAYERS,
    MEDIA_TYPE,
    average_tile,
    face_picture,
    template_picture,
    tile,
)
from heed.explorer.view import View

SIDES: Final = range(16, 1025)
"""Pixels of a picture's side."""

CONDITIONS: Final = frozenset(each.name for each in fields(Conditions))
"""The keys of a link that decide how a map is drawn."""

KEPT: Final = "private, max-age=86400, immutable"
"""For how long a browser keeps a picture whose address has the stamp of the files."""


def add_pictures(server: Flask, opened: Opened) -> None:
    """Answer ``/picture/…`` and ``/save/…``.

    A picture's address names all that it depends on, the stamp of the files too: browsers keep it.
    """

    def answer(make: Callable[[Audited], bytes]) -> Response:
        try:
            audited = opened.audited()
            drawn = Response(make(audited), mimetype=MEDIA_TYPE)
        except HeedError as error:
            raise NotFound(str(error)) from error
        if request.args.get("stamp") == audited.stamp:
            drawn.headers["Cache-Control"] = KEPT
        return drawn

    def view(audited: Audited, keys: Collection[str] | None = None) -> View:
        """The view of the query, or of some keys of it; another one than asked for is none."""
        asked = request.args.items(multi=True)
        query = urlencode([(key, text) for key, text in asked if keys is None or key in keys])
        found, problems = View.from_query(query, audited)
        if problems:
            raise InputError(" ".join(problems))
        return found

    @server.get("/picture/face")
    def _face() -> Response:
        side = _side()
        return answer(lambda audited: face_picture(audited, _asked("image"), side))

    @server.get("/picture/tile")
    def _tile() -> Response:
        side = _side()
        layers = frozenset(_asked("layers").split(","))
        if not layers <= set(LAYERS):
            raise BadRequest
        return answer(
            lambda audited: tile(
                audited,
                _asked("image"),
                _asked("attribute"),
                _asked("network"),
                view(audited, CONDITIONS).conditions(),
                layers=layers,
                side=side,
            )
        )

    @server.get("/picture/average")
    def _average() -> Response:
        side = _side()
        return answer(
            lambda audited: average_tile(
                audited, _asked("network"), _asked("attribute"), _asked("group"), side
            )
        )

    @server.get("/picture/template")
    def _template() -> Response:
        side = _side()
        return answer(lambda audited: template_picture(audited, side))

    @server.get("/save/faces.<kind>")
    def _save(kind: str) -> Response:
        makers = {"csv": (faces_csv, "text/csv"), "png": (faces_png, "image/png")}
        if kind not in makers:
            raise NotFound
        make, media = makers[kind]
        try:
            audited = opened.audited()
            made = make(audited, view(audited))
        except HeedError as error:
            raise NotFound(str(error)) from error
        named = {"Content-Disposition": f"attachment; filename=faces.{kind}"}
        return Response(made, mimetype=media, headers=named)


def _asked(name: str) -> str:
    if (value := request.args.get(name)) is None:
        raise BadRequest
    return value


def _side() -> int:
    text = _asked("side")
    if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) not in SIDES:
        raise BadRequest
    return int(text)
