"""Docstrings as `make site` shows them: an extension of griffe, which reads the sources.

Names that docstrings give as Sphinx has it become links, where the site has their place. And their
section "Example" is called "Examples": griffe, which knows no other heading, would take it for a
remark, and its code for a line of text.
"""

import re
from typing import Any, Final

import griffe

ROLE: Final = re.compile(r":(?:func|class|meth|mod|data|attr):`~?([\w.]+)`")


class Docstrings(griffe.Extension):
    """Rewrites the docstring of everything that is read."""

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        """Rewrite one docstring."""
        if obj.docstring is not None:
            obj.docstring.value = rewritten(obj.docstring.value)


def rewritten(text: str) -> str:
    """A docstring, as griffe and Markdown take it."""
    text = re.sub(r"^Example:$", "Examples:", text, flags=re.M)
    return ROLE.sub(
        lambda name: (
            f'<autoref identifier="{name[1]}" optional>`{name[1].rpartition(".")[2]}`</autoref>'
        ),
        text,
    )
