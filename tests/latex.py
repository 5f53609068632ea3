"""The mark of tests that let LaTeX set what Heed writes: it may lack, or lack packages."""

import shutil
import subprocess
from typing import Final

import pytest

PACKAGES: Final = ("array", "booktabs", "geometry", "graphicx")
"""What documents of tables and figures name."""


def lacking() -> list[str]:
    """What of LaTeX is not installed."""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return ["pdflatex"]
    files = [f"{package}.sty" for package in PACKAGES]
    asked = subprocess.run(["kpsewhich", *files], capture_output=True, text=True, check=False)
    return [file for file in files if f"/{file}" not in asked.stdout]


needs_latex = pytest.mark.skipif(bool(lacking()), reason=f"needs {', '.join(lacking())}")
