"""Places on a disk as a page may tell them: whoever passes it on need not tell their home."""

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

ELSEWHERE: Final = "(outside the project)"
"""What stands for the folders above a file that is not the project's."""

_OUTSIDE: Final = re.compile(r"[/\\~]|\.\.([/\\]|$)|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*://")
"""Begins a path from the root of a disk, from a home, from above the project, or an address."""


def public(text: str) -> str:
    """A value without the folders above it, if it is a path that leads out of the project.

    A file keeps its name, which tells which weights a network has. The name of a folder may be
    a person's, so that nothing of it is told.

    Args:
        text: any value of a parameter.

    Example:
        >>> public("weights/affact.safetensors")
        'weights/affact.safetensors'
        >>> public("/home/ada/weights/affact.safetensors")
        '(outside the project)/affact.safetensors'
        >>> public("/home/ada/celeba")
        '(outside the project)'
    """
    normal = re.sub(r"^(\./+)+", "", text)
    inside = ".." not in PurePosixPath(normal).parts
    if not _OUTSIDE.match(normal) and inside:
        return text
    name = PureWindowsPath(text).name  # knows both kinds of slash
    is_file = PurePosixPath(name).suffix in (".safetensors", ".pth", ".pt")
    return f"{ELSEWHERE}/{name}" if is_file else ELSEWHERE
