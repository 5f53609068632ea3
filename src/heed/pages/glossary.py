"""Terms that a page explains: in a glossary at its end, and where a reader points at them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Term:
    """One word of a field.

    Attributes:
        key: its place in addresses.
        name: as it stands in the glossary.
        meaning: in a sentence or two that need no other term.
        words: how it stands in texts, if not by its name alone; longer ones first.
    """

    key: str
    name: str
    meaning: str
    words: Sequence[str] = ()


def marked(text: str, terms: Sequence[Term]) -> Markup:
    """A text whose terms lead to the glossary, each where it stands first.

    Args:
        text: plain text, which is escaped.
        terms: those of the glossary.

    Example:
        >>> print(marked("PE < 1; PE", [Term("pe", "PE", "A share.")]))
        <a class="term" href="#term-pe">PE</a> &lt; 1; PE
    """
    words = {word: term for term in terms for word in (term.words or (term.name,))}
    longest = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)")
    parts, at, told = [], 0, set()
    for found in pattern.finditer(text) if words else ():
        term = words[found[0]]
        if term.key in told:
            continue
        told.add(term.key)
        parts += [escape(text[at : found.start()]), term_link(term, found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def once_per_section(html: str) -> str:
    """A page in which a term leads to the glossary once in each section, and not from every text.

    Args:
        html: whose terms :func:`marked` has marked, text by text.

    Example:
        >>> link = '<a class="term" href="#term-pe">PE</a>'
        >>> once_per_section(f"<section>{link}, {link}</section><section>{link}</section>")
        '<section><a class="term" href="#term-pe">PE</a>, PE</section><section><a class="term" \
href="#term-pe">PE</a></section>'
    """
    told: set[str] = set()

    def kept(found: re.Match[str]) -> str:
        if found["key"] is None:  # a section begins
            told.clear()
        elif found["key"] in told:
            return found["word"]
        else:
            told.add(found["key"])
        return found[0]

    return _SECTIONS_AND_TERMS.sub(kept, html)


_SECTIONS_AND_TERMS: Final = re.compile(
    r'<(?:section|header)\b|<a class="term" href="#term-(?P<key>[^"]+)">(?P<word>[^<]*)</a>'
)


def term_link(term: Term, word: str = "") -> Markup:
    """A word that leads to its explanation."""
    return Markup('<a class="term" href="#term-{}">{}</a>').format(term.key, word or term.name)
