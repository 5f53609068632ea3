"""What made a page: versions of the packages, and the commit of the code."""

import platform
import subprocess
from importlib.metadata import version
from typing import Final

PACKAGES: Final = (
    "heed", "torch", "numpy", "scipy", "pandas", "opencv-python-headless", "zarr", "dvc",
)  # fmt: skip
"""Packages that the numbers depend on."""

CODE: Final = ("src", "stages", "params.yaml", "dvc.yaml")
"""What makes the results. They are left out themselves: committing a page must not change it."""


def versions() -> dict[str, str]:
    """The versions of Python and of :data:`PACKAGES`, by name."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def commit() -> str:
    """The last commit of code or parameters in the current folder's repository, in words.

    Returns:
        Its short hash, with the words "with local changes" where files differ from it; or that
        there is no repository.
    """
    try:
        last = _git("log", "-1", "--format=%h", "--", *CODE)
        changed = _git("status", "--porcelain", "--", *CODE)
    except (OSError, subprocess.CalledProcessError):  # no git, no repository, no commit
        return "not in a git repository"
    return f"commit {last or 'none'}{', with local changes' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()
