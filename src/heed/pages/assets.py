"""Templates, scripts and styles that lie beside the modules of a room, and how pages get them."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

KIT = "heed.pages"


def environment(room: str) -> Environment:
    """A jinja environment for the templates of a room and of this kit, the room's own first.

    Args:
        room: such as ``heed.audit.page``, with a folder ``templates``.
    """

    def source(name: str) -> str | None:
        for place in (room, KIT):
            file = files(place).joinpath("templates", name)
            if file.is_file():
                return file.read_text(encoding="utf-8")
        return None

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(source),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def joined(folder: str, parts: Mapping[str, Sequence[str]]) -> str:
    """Parts of a script or a style, one behind the other.

    Args:
        folder: ``script`` or ``style``, in each room.
        parts: names of files, by room.
    """
    return "\n".join(
        files(room).joinpath(folder, name).read_text(encoding="utf-8").rstrip()
        for room, names in parts.items()
        for name in names
    )


def script(parts: Mapping[str, Sequence[str]]) -> Markup:
    """One script of its parts, which see each other and nothing else sees."""
    return Markup('(() => {{\n"use strict";\n{}\n}})();').format(Markup(joined("script", parts)))


def style(parts: Mapping[str, Sequence[str]], series: Sequence[str]) -> Markup:
    """One style of its parts, with a class of its colour for each series (``m0``, ``m1``, …).

    Args:
        parts: names of files, by room.
        series: colours, ``#rrggbb``; lightened where the page is dark.
    """
    light = [f".m{i} {{ --c: {colour}; }}" for i, colour in enumerate(series)]
    dark = [
        f".m{i} {{ --c: color-mix(in srgb, {colour} 70%, white); }}"
        for i, colour in enumerate(series)
    ]
    colours = [*light, "@media (prefers-color-scheme: dark) {", *dark, "}"]
    return Markup("\n".join([joined("style", parts), *colours]))
