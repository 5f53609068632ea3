r"""The document of ``heed paper``: every table and figure with its caption, to be pasted from."""

from collections.abc import Iterable, Sequence
from typing import Final

from heed.base.printed_tables import latex_text
from heed.figures.registry import Entry, Kind

TABLES: Final[dict[str, str]] = {
    "amr": "Error rate (ER) and AMR of every attribute, the most balanced first: over all faces, "
    "over faces with the attribute (gt+) and without it (gt-), and over correct and incorrect "
    "decisions. OVERALL is the mean over the attributes.",
    "energy": "Share of false negatives (FNR) and false positives (FPR) of every attribute, and "
    "proportional energy where the attribute is predicted present (PE+) and absent (PE-). OVERALL "
    "is the mean over the attributes.",
}
"""Captions of the printed tables (``heed.audit.tables.layout.LAYOUTS``) by name."""

WITH_PHOTOGRAPHS: Final[frozenset[Kind]] = frozenset({"averages", "faces"})
"""Kinds of figures that hold photographs, or their average."""

_WAITING: Final = 12
"""LaTeX gives up when more than 18 figures wait for a place; a new page prints those that do."""

_START: Final = r"""% `heed paper` replaces this, tables/ and figures/: copy before you edit.
\documentclass[10pt]{article}
\usepackage[a4paper,textwidth=7.16in,textheight=10in]{geometry}
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

    It needs the packages ``booktabs``, ``geometry`` and ``graphicx``, and beside it
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
