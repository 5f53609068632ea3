r"""The document of ``heed paper``: every table and figure with its caption, to be pasted from."""

from collections.abc import Iterable, Sequence
from typing import Final

from heed.base.printed_tables import latex_text
from heed.figures.registry import Entry, Kind
from heed.masks.versions import version_1, version_2

PRINTED: Final[dict[str, str]] = {
    "amr": "Error rate (ER) and AMR of every attribute, the most balanced first: over all faces, "
    "over faces with the attribute (gt+) and without it (gt-), and over correct and incorrect "
    "decisions. Of gt+ and gt-, and of correct and incorrect, the greater is bold. OVERALL is the "
    "mean over the attributes.",
    "energy": "Share of false negatives (FNR) and false positives (FPR) of every attribute, and "
    "proportional energy where the attribute is predicted present (PE+) and absent (PE-). OVERALL "
    "is the mean over the attributes.",
}
"""Captions of the printed tables (``heed.audit.tables.layout.LAYOUTS``) by name."""

MADE: Final[dict[str, str]] = {
    "covariance": "Covariance matrices of AMR and error rate (ER) over the attributes, both as "
    "fractions, by network.",
    "masks_1": "Boxes of mask version 1 (Bieri 2023, Table A.1), in pixels of a crop of "
    f"{version_1.REFERENCE_SIZE} pixels, x to the right and y down: e stands for the centre of the "
    "eyes, el and er for the eyes at the left and the right in the image, n for the nose, m for "
    "the centre of the mouth, ml and mr for its corners; hair is "
    f"{version_1.HAIRLINE_ABOVE_EYES} pixels above e, fore {version_1.FOREHEAD_ABOVE_EYES}. Right "
    "and bottom edges lie outside; every edge is truncated to whole pixels.",
    "masks_2": "Blocks of mask version 2 (Bieri 2023, Table A.2): columns (x) and rows (y) of a "
    f"grid of {version_2.GRID} x {version_2.GRID} blocks, counted from 0; right and bottom lines "
    "lie outside.",
}
"""Captions of the tables of :mod:`heed.audit.paper_tables` by name."""

TABLES: Final[dict[str, str]] = {**PRINTED, **MADE}
"""Captions of all tables by name, in the order of the document."""

WITH_PHOTOGRAPHS: Final[frozenset[Kind]] = frozenset({"averages", "faces"})
"""Kinds of figures that hold photographs, or their average."""

_WAITING: Final = 12
"""LaTeX gives up when more than 18 figures wait for a place; a new page prints those that do."""

_START: Final = r"""% `heed paper` replaces this, tables/ and figures/: copy before you edit.
\documentclass[10pt]{article}
\usepackage[a4paper,textwidth=7.16in,textheight=10in]{geometry}
\usepackage{array}
\usepackage{booktabs}
\usepackage{graphicx}

% Prints its content at its own size, or smaller where it would not fit the page.
\newsavebox{\fittedbox}
\newcommand{\fitted}[1]{%
  \sbox{\fittedbox}{#1}%
  \ifdim\wd\fittedbox>\linewidth
    \sbox{\fittedbox}{\resizebox{\linewidth}{!}{\usebox{\fittedbox}}}%
  \fi
  \ifdim\dimexpr\ht\fittedbox+\dp\fittedbox\relax>0.88\textheight
    \sbox{\fittedbox}{\resizebox{!}{0.88\textheight}{\usebox{\fittedbox}}}%
  \fi
  \usebox{\fittedbox}}

\title{Tables and figures of the audit}
\author{}
\date{}

\begin{document}
\maketitle
"""

_TABLE: Final = r"""
\begin{table}[htbp]
  \setlength{\belowcaptionskip}{6pt}
  \centering
  \caption{%s}
  \label{tab:%s}
  \footnotesize
  \setlength{\tabcolsep}{4pt}
  \fitted{\input{tables/%s}}
\end{table}
"""

_FIGURE: Final = r"""
\begin{figure}[htbp]
  \centering
  \fitted{\includegraphics{figures/%s}}
  \caption{%s}
  \label{fig:%s}
\end{figure}
"""


def paper_figures(figures: Iterable[Entry], photographs: bool) -> list[Entry]:
    """The figures that may go into the paper.

    Args:
        figures: entries of the catalogue.
        photographs: False leaves out what shows photographs, or their average
            (``report.faces`` in the parameters).
    """
    return [entry for entry in figures if photographs or entry.kind not in WITH_PHOTOGRAPHS]


def paper_document(figures: Sequence[Entry]) -> str:
    r"""Print a LaTeX document with all :data:`TABLES` and the figures.

    It needs the packages ``array``, ``booktabs``, ``geometry`` and ``graphicx``, and beside it
    ``tables/<name>.tex`` and ``figures/<name>.pdf``. Labels are ``tab:<name>`` and
    ``fig:<name>``. The text is 7.16 inches wide, so that figures keep their size.

    Args:
        figures: entries of the catalogue, in the order of the document.
    """
    parts = [_START]
    parts += [_TABLE % (_math_signs(latex_text(TABLES[name])), name, name) for name in TABLES]
    for index, entry in enumerate(figures):
        if index % _WAITING == 0:
            parts.append("\n\\clearpage\n")
        parts.append(_FIGURE % (entry.name, _caption(entry), entry.name))
    return "".join([*parts, "\n\\end{document}\n"])


def _caption(entry: Entry) -> str:
    source = f" (as Bieri 2023, figure {entry.number})" if entry.number else ""
    text = _math_signs(latex_text(f"{entry.caption.removesuffix('.')}{source}."))
    return rf"\textbf{{{latex_text(entry.title)}.}} {text}"


def _math_signs(text: str) -> str:
    """Set ``gt+`` and ``gt-`` with signs rather than a hyphen, and ``x`` between as times."""
    for name in ("gt", "PE"):
        text = text.replace(f"{name}+", f"{name}$+$").replace(f"{name}-", f"{name}$-$")
    return text.replace(" x ", r" $\times$ ")
