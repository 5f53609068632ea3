"""Which tabs there are, in order, and what each shows."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from heed.explorer.elements import Seen
from heed.explorer.tabs.averages import averages
from heed.explorer.tabs.draw import draw
from heed.explorer.tabs.faces import faces
from heed.explorer.tabs.one_face import one_face
from heed.explorer.tabs.own import own
from heed.explorer.tabs.pinned import pinned
from heed.explorer.tabs.scatter import scatter
from heed.explorer.tabs.studies import methods, probing

CONTENT: Final[Mapping[str, Callable[[Seen], list[Any]]]] = {
    "faces": faces,
    "pinned": pinned,
    "attributes": averages,
    "scatter": scatter,
    "draw": draw,
    "own": own,
    "methods": methods,
    "probing": probing,
}

TABS: Final[Mapping[str, Callable[[Seen], str]]] = {
    "faces": lambda seen: "Faces",
    "pinned": lambda seen: f"Pinned ({len(seen.view.pinned)})" if seen.view.pinned else "Pinned",
    "attributes": lambda seen: "Average maps",
    "scatter": lambda seen: "Scatter",
    "draw": lambda seen: "Draw and direct",
    "own": lambda seen: "Own image",
    "methods": lambda seen: "Methods",
    "probing": lambda seen: "Probing",
}
"""Names of the tabs by how links have them, and what they are called."""


def content(seen: Seen) -> list[Any]:
    """What is shown: a face, where one is open, else the tab."""
    return one_face(seen) if seen.view.face is not None else CONTENT[seen.view.tab](seen)
