"""What spreadsheets and pandas make of an annotation file, undone where the meaning is certain.

An export may have quotation marks, semicolons or tabs between fields, decimal commas, an
index column before the image's name, Excel's ``sep=;`` in the first line, whole numbers
written as floats (``69.0``) and labels written as truth values. None of it changes what a row
says. What could be read in two ways is left as it is, so that reading the row refuses it.
"""

import csv
import re
from itertools import takewhile
from pathlib import Path
from typing import Final

from heed.celeba.messages import AnnotationError

WHOLE: Final = re.compile(r"[+-]?[0-9]{1,10}(?:\.0+)?")
"""A whole number, also as a float that is whole."""

TRUTH: Final = {
    written: value
    for word, value in (("True", 1), ("False", 0))
    for written in (word, word.lower(), word.upper())
}
"""Truth values as numbers, in the ways that programs write them."""

_MOST_INDICES = 3  # pandas adds one at each careless export: "Unnamed: 0.1,Unnamed: 0,image_id"
_INDEX_NAMES = re.compile(r"(?:(?:Unnamed: ?[0-9]+(?:\.[0-9]+)*|index|level_[0-9]+) )+")
_AFTER_NAME = re.compile(rb"\.(?:jpe?g|png)\"?([;\t, ])", re.IGNORECASE)
_BLANKS: Final = bytes.maketrans(b"\t\r\v\f,", b"     ")
_BLANKS_BUT_COMMAS: Final = bytes.maketrans(b"\t\r\v\f;", b"     ")
_DECIMAL_COMMA = re.compile(rb"(?<=[0-9]),(?=[0-9])")
_QUOTED_DECIMAL_COMMA = re.compile(r"^([+-]?[0-9]+),((?![0-9]{3}$)[0-9]+)$")
_EXCELS_SEPARATOR = re.compile(rb'\A"?sep=[;,\t |]+"?\r?\n', re.IGNORECASE)
# Names that the removal of ".0" would change: 1.jpg.0 to 1.jpg, face.001.jpg to face.01.jpg.
_UNSAFE_FLOAT = re.compile(rb"(?:jpe?g|png)\.|\.0[^ \n]*\.(?:jpe?g|png)", re.IGNORECASE)
_UNSAFE_TRUTH = re.compile(rb"[^ \n](?:True|False)(?![^ \n])", re.IGNORECASE)


def parted(path: Path, content: bytes) -> bytes:
    """The lines of ``content`` with a blank where fields meet, and points for decimal commas.

    The character after the first image's name tells what parts the fields: a comma, a
    blank, a tab or a semicolon. After the last two a comma can only be a decimal comma.

    Args:
        path: the file, for messages.
        content: UTF-8 text.

    Raises:
        AnnotationError: a quotation mark is not closed in its line.
    """
    content = _EXCELS_SEPARATOR.sub(b"\n", content)  # lines keep their number
    match = _AFTER_NAME.search(content)
    separator = match[1] if match else b","
    if b'"' in content:
        return _unquoted(path, content, separator.decode())
    if separator in b";\t" and (separator == b";" or b"," in content):
        content = content.replace(b",0", b".0")  # nearly all of them, and faster
        if b"," in content:
            content = _DECIMAL_COMMA.sub(b".", content).replace(b",", b" ")
        return content.translate(_BLANKS_BUT_COMMAS)
    return content.translate(_BLANKS)


def _unquoted(path: Path, content: bytes, separator: str) -> bytes:
    rows: list[str] = []
    lines = content.decode("utf-8").replace("\r", "").split("\n")
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        for fields in reader:
            if reader.line_num != len(rows) + 1:
                raise csv.Error("a field of several lines")  # noqa: TRY301 - told as the others
            row = " ".join(fields)
            if "," in row:
                row = (
                    row.replace(",", " ")
                    if separator == " "
                    else " ".join(_QUOTED_DECIMAL_COMMA.sub(r"\1.\2", field) for field in fields)
                )
            rows.append(row)
    except csv.Error:
        raise AnnotationError.at(
            path,
            len(rows) + 1,
            found="a quotation mark without its partner, or with something after it",
            expected="fields in a pair of quotation marks, or in none",
            remedy="Save the file without quotation marks",
        ) from None
    return "\n".join(rows).encode().translate(bytes.maketrans(b"\t\v\f", b"   "))


def index_columns(fields: list[str]) -> int:
    """How many whole numbers stand before the image's name in a row: columns of an index.

    Example:
        >>> index_columns(["0", "000001.jpg", "1"]), index_columns(["000001.jpg", "1"])
        (1, 0)
    """
    return len(list(takewhile(WHOLE.fullmatch, fields[:_MOST_INDICES])))


def without_index_names(line: str) -> str:
    """A header without the names that pandas gives to an index.

    Example:
        >>> without_index_names("Unnamed: 0 image_id partition")
        'image_id partition'
    """
    match = _INDEX_NAMES.match(line)
    return line[match.end() :] if match else line


def whole_numbers(content: bytes, *, truth: bool) -> bytes | None:
    """``content`` with floats that are whole, and truth values, as whole numbers.

    A fast way for a large file, by replacing bytes: a reader of whole numbers accepts the
    result only where each number, by itself, would be accepted.

    Args:
        content: lines of fields parted by one blank, image names among them.
        truth: whether truth values may occur.

    Returns:
        None where the fast way could go wrong.
    """
    if not content.endswith(b"\n"):
        content += b"\n"
    if b"." in content:
        if _UNSAFE_FLOAT.search(content):
            return None
        while b".00" in content:
            content = content.replace(b".00", b".0")
        for end in (b" ", b"\n"):
            content = content.replace(b".0" + end, end)
    if truth and re.search(rb"true|false", content, re.IGNORECASE):
        if _UNSAFE_TRUTH.search(content):
            return None  # -True must not become -1
        for word, value in TRUTH.items():
            for after in ("\n", " "):
                content = content.replace(f"{word}{after}".encode(), f"{value}{after}".encode())
    return content
