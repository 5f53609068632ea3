"""The text of an annotation file: read, checked to be text, and evened out."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

from heed.celeba.exports import parted
from heed.celeba.messages import DOWNLOAD_AGAIN, AnnotationError, shortened

NAME: Final = re.compile(r"\w[\w.-]*\.(?:jpe?g|png)", re.IGNORECASE)
"""The name of an image."""


def read_evened(path: Path) -> bytes:
    """Read a text file and part its fields, however they are parted, by one blank.

    Commas, tabs, semicolons and runs of blanks become one blank; quotation marks, blanks at
    either end of a line, a carriage return and a byte order mark go. Lines keep their number.

    Raises:
        AnnotationError: the file is empty, is no UTF-8 text, is a web page, is what git-LFS,
            DVC or git-annex leave in the place of a file, or has a quotation mark too many.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        if path.is_symlink() and not path.exists():
            target = path.readlink()
            _raise_pointer(path, f"a link to {target}, which is not there", "git annex get")
        raise AnnotationError.at(
            path,
            None,
            found=f"something that cannot be read ({error.strerror})",
            expected="an annotation file",
            remedy="Check that it is a file and that you may read it",
        ) from None
    content = content.removeprefix(b"\xef\xbb\xbf")
    _check_text(path, content)
    content = parted(path, content)
    while b"  " in content:
        content = content.replace(b"  ", b" ")
    return content.replace(b" \n", b"\n").replace(b"\n ", b"\n").strip(b" ")


def _check_text(path: Path, content: bytes) -> None:
    start = content[:512].lstrip().lower()
    if not content.strip():
        raise AnnotationError.at(
            path, 1, found="an empty file", expected="annotations", remedy=DOWNLOAD_AGAIN
        )
    if start.startswith(b"<"):
        raise AnnotationError.at(
            path,
            1,
            found=f"an HTML page ({shortened(start.decode('utf-8', 'replace'), 40)})",
            expected="annotations",
            remedy="The download saved a web page under the file's name (a refused or expired "
            "link). Download the file again in a browser and look at its size",
        )
    if start.startswith(b"version https://git-lfs"):
        _raise_pointer(path, "a git-LFS pointer", "git lfs pull")
    if start.startswith((b"outs:", b"md5:")):
        _raise_pointer(path, "a DVC pointer", "dvc pull")
    if b"annex/objects/" in start:
        _raise_pointer(path, "a git-annex pointer", "git annex get")
    if content.isascii() and b"\0" not in content:
        return
    try:
        content.decode("utf-8")
        readable = b"\0" not in content
        position = content.find(b"\0")
    except UnicodeDecodeError as error:
        readable, position = False, error.start
    if not readable:
        raise AnnotationError.at(
            path,
            content.count(b"\n", 0, position) + 1,
            found=f"the byte {content[position]:#04x}",
            expected="UTF-8 text",
            remedy="Unpack the file if it is an archive; otherwise save it as UTF-8",
        )


def _raise_pointer(path: Path, found: str, command: str) -> NoReturn:
    raise AnnotationError.at(
        path, 1, found=found, expected="annotations", remedy=f"Fetch the content: {command} {path}"
    )


def numbered_fields(content: bytes, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of every line that is not empty.

    Args:
        content: lines of UTF-8 text.
        before: how many lines of the file precede ``content``.
    """
    for number, line in enumerate(io.BytesIO(content), before + 1):
        if fields := line.decode("utf-8").split():
            yield number, fields
