"""Figures as SVG whose text is text, fit to stand inside a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Final
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

from heed.figures.theme import printed_part

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"#([\w-]+)")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_ROUNDED: Final = ("d", "x", "y", "width", "height", "transform", "points")
_DROPPED: Final = ("metadata", "style")
_HALO: Final = "halo"

FONTS: Final = "Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""Of the text on the reader's machine: none is wider than DejaVu Sans, which Matplotlib brings."""


def svg(figure: Figure, name: str, dpi: int) -> str:
    """Write ``figure`` as SVG; the same figure gives the same text.

    Words stay words: a browser finds them, and a reader can copy them. All looks are presentation
    attributes, since a page's content security policy may forbid ``style``; and what is referred
    to inside the drawing has ``name`` before it, so that one page can hold several.

    Args:
        figure: the figure; it can be drawn on afterwards.
        name: of the figure, of letters, digits and ``_``; unique in a page.
        dpi: dots per inch of the pictures inside; lines and text have no resolution.

    Returns:
        An ``svg`` element, as wide and high as the figure is printed; its unit is the point.

    Example:
        >>> figure = Figure(figsize=(3.5, 1))
        >>> _ = figure.text(0, 0, "Wearing Hat")
        >>> "Wearing Hat</text>" in svg(figure, "hats", 150)
        True
    """
    written = StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "heed"}), _halos_marked(figure):
        # Matplotlib writes its version and the date unless told not to.
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        part = printed_part(figure)
        figure.savefig(written, format="svg", dpi=dpi, metadata=nothing, bbox_inches=part)
    root = ElementTree.fromstring(written.getvalue())
    _clean(root, _names(root, name))
    root.attrib |= {
        "xmlns": _SVG,
        "xmlns:xlink": _XLINK,
        # what Matplotlib's style sheet, which is left out, says of everything
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
        "font-family": FONTS,
    }
    return ElementTree.tostring(root, encoding="unicode") + "\n"


@contextmanager
def _halos_marked(figure: Figure) -> Iterator[None]:
    """Take the white rims from texts and mark them: with a rim they would be written as paths."""
    rimmed = [text for text in figure.findobj(Text) if text.get_path_effects()]
    kept = [(text, text.get_path_effects(), text.get_gid()) for text in rimmed]
    for text in rimmed:
        text.set(path_effects=None, gid=_HALO)
    try:
        yield
    finally:
        for text, effects, gid in kept:
            text.set(path_effects=effects, gid=gid)


def _names(root: ElementTree.Element, name: str) -> dict[str, str]:
    """New identifiers of what is referred to, in their order in the drawing."""
    values = (value for each in root.iter() for value in each.attrib.values())
    used = {found for value in values for found in _REFERENCE.findall(value)}
    known = [each.get("id", "") for each in root.iter() if each.get("id") in used]
    return {old: f"{name}-{place}" for place, old in enumerate(known)}


def _clean(element: ElementTree.Element, named: dict[str, str]) -> None:
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    for child in list(element):
        if child.tag.removeprefix(f"{{{_SVG}}}") in _DROPPED:
            element.remove(child)
        else:
            _clean(child, named)
    looks = (look.split(":", 1) for look in element.attrib.pop("style", "").split(";") if look)
    attributes = element.attrib | {key.strip(): value.strip() for key, value in looks}
    attributes.pop("font-family", None)
    identifier = attributes.pop("id", "")
    if identifier in named:
        attributes["id"] = named[identifier]
    if identifier == _HALO:
        attributes |= {"stroke": "white", "stroke-width": "2.5", "paint-order": "stroke"}
    element.attrib.clear()
    for key, value in attributes.items():
        text = _LONG_NUMBER.sub(_shorter, value) if key in _ROUNDED else value
        text = _REFERENCE.sub(lambda found: f"#{named.get(found[1], found[1])}", text)
        element.set(key.replace(f"{{{_XLINK}}}", "xlink:"), text)


def _shorter(number: re.Match[str]) -> str:
    """To hundredths of a point, which no screen or printer shows."""
    return f"{float(number[0]):.2f}"
