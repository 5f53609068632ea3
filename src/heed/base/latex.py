"""Text for LaTeX."""

from typing import Final

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
