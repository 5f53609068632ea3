"""Terms that a page explains: in a glossary at its end, and where a reader points at them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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


def term_link(term: Term, word: str = "") -> Markup:
    """A word that leads to its explanation."""
    return Markup('<a class="term" href="#term-{}">{}</a>').format(term.key, word or term.name)
