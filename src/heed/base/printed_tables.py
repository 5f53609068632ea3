"""Tables as people read them: Markdown, and what a LaTeX ``tabular`` is made of.

pandas prints the Markdown. Its LaTeX has no rule under a heading of several columns and none
above a last row, which a table of means needs: so tables are written row by row for LaTeX.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import pandas as pd

_LATEX_SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        # The font that LaTeX starts with has other characters in these three places.
        "|": r"\textbar{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
    }
)


def latex_text(text: str) -> str:
    """Escape what LaTeX would take for a command or print as another character."""
    return text.translate(_LATEX_SPECIAL)


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, the first column to the left and the others to the right.

    Args:
        headings: of the columns.
        rows: the printed cells.

    Example:
        >>> print(markdown(["Attribute", "AMR"], [["Bald", "0.40"]]), end="")
        | Attribute   |   AMR |
        |:------------|------:|
        | Bald        |  0.40 |
    """
    table = pd.DataFrame(rows, columns=list(headings), dtype=str)
    align = ["left", *["right"] * (len(headings) - 1)]
    return table.to_markdown(index=False, disable_numparse=True, colalign=align) + "\n"


def spanning(spans: Sequence[tuple[str, int]], before: int) -> list[str]:
    """Two lines of LaTeX: headings over several columns each, and a rule under each of them.

    Args:
        spans: text, which is LaTeX, and number of columns.
        before: number of columns in front of them.
    """
    cells = (rf"\multicolumn{{{width}}}{{c}}{{{text}}}" for text, width in spans)
    ends = accumulate((width for _, width in spans), initial=before)
    return [
        " & ".join([*[""] * before, *cells]) + r" \\",
        " ".join(rf"\cmidrule(lr){{{left + 1}-{right}}}" for left, right in pairwise(ends)),
    ]
