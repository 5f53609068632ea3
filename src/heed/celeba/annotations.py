"""Reading CelebA's annotation files, strictly.

All of them are tables of whole numbers with one row per image: an optional line
with the number of rows, a header (which two of them lack), then the image's name
and its numbers, parted by blanks or commas. A file is parsed by Arrow; only when
anything about it is odd is it read again, line by line, to say which line and why.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from heed.attributes import ATTRIBUTES, LANDMARKS, PARTITIONS
from heed.celeba.errors import DOWNLOAD_AGAIN, AnnotationError, shortened
from heed.celeba.text import numbered_fields, read_evened

_NAME = re.compile(r"\w[\w.-]*\.(?:jpe?g|png)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")


@dataclass(frozen=True)
class Kind:
    """What one kind of annotation file holds.

    Attributes:
        columns: the names of its numbers, in order.
        header: whether a header line must name them.
        allowed: the numbers that may occur; None if any whole number may.
    """

    columns: tuple[str, ...]
    header: bool = True
    allowed: tuple[int, ...] | None = None


ATTRIBUTE_KIND: Final = Kind(ATTRIBUTES, allowed=(-1, 0, 1))
PARTITION_KIND: Final = Kind(("partition",), header=False, allowed=tuple(range(len(PARTITIONS))))
IDENTITY_KIND: Final = Kind(("identity",), header=False)
BOX_KIND: Final = Kind(("x_1", "y_1", "width", "height"))
LANDMARK_KIND: Final = Kind(tuple(f"{point}_{axis}" for point in LANDMARKS for axis in "xy"))


@dataclass(frozen=True)
class Annotation:
    """One annotation file.

    Attributes:
        path: where it was read.
        rows: stem of the image's name (``000001`` of ``000001.jpg``) to its row in
            ``numbers``, in the file's order.
        numbers: (N, columns) int32.
    """

    path: Path
    rows: dict[str, int]
    numbers: NDArray[np.int32]

    def line_of(self, stem: str) -> int | None:
        """The line of an image, for messages; reads the file again."""
        for line, fields in numbered_fields(read_evened(self.path)):
            if _stem(fields[0]) == stem:
                return line
        return None


@dataclass(frozen=True)
class _Preamble:
    """What precedes the rows: the count line if any, and where the rows begin."""

    count: int | None
    count_line: int
    offset: int  # of the first row, in bytes
    line: int  # lines before it


def read_annotation(path: Path, kind: Kind) -> Annotation:
    """Read one annotation file.

    Accepts LF and CRLF, blanks at the end of lines, empty lines, blanks or commas
    between fields, a byte order mark, a count line or none, and a header with or
    without a name for the image column.

    Args:
        path: the file.
        kind: what it should hold.

    Raises:
        AnnotationError: naming the file, the line, what was found, what was
            expected, and what to do.
    """
    content = read_evened(path)
    preamble = _read_preamble(path, content, kind)
    annotation = _parsed(path, content, preamble, kind)
    if annotation is None:
        annotation = _read_lines(path, content, preamble, kind)
    if preamble.count is not None and preamble.count != len(annotation.rows):
        raise AnnotationError(
            path,
            preamble.count_line,
            found=f"a count of {preamble.count} above {len(annotation.rows)} rows",
            expected="the number of rows that follow",
            remedy=f"{DOWNLOAD_AGAIN} if it was cut short; otherwise correct the count",
        )
    return annotation


def read_labels(path: Path) -> Annotation:
    """Read the attribute file; labels 0/1 become CelebA's -1/+1.

    Raises:
        AnnotationError: like :func:`read_annotation`, and if a file mixes -1 and 0.
    """
    annotation = read_annotation(path, ATTRIBUTE_KIND)
    zeros = annotation.numbers == 0
    if not zeros.any():
        return annotation
    mixed = (annotation.numbers == -1).any(axis=1)
    if mixed.any():
        row = max(int(zeros.any(axis=1).argmax()), int(mixed.argmax()))
        raise AnnotationError(
            path,
            annotation.line_of(list(annotation.rows)[row]),
            found="labels -1 and 0 in one file",
            expected="either -1 and 1, or 0 and 1, throughout",
            remedy="Write every absent attribute as -1, and leave out rows whose label is unknown",
        )
    return Annotation(path, annotation.rows, np.where(zeros, np.int32(-1), annotation.numbers))


def _read_preamble(path: Path, content: bytes, kind: Kind) -> _Preamble:
    stream = io.BytesIO(content)
    count, count_line, offset, number = None, 0, 0, 0
    for number, line in enumerate(stream, 1):
        fields = line.decode("utf-8").split()
        offset += len(line)
        if not fields:
            continue
        if count is None and len(fields) == 1 and _WHOLE.fullmatch(fields[0]):
            count, count_line = int(fields[0]), number
            continue
        if kind.columns in (tuple(fields), tuple(fields[1:])):
            return _Preamble(count, count_line, offset, number)
        if kind.header:
            _raise_header(path, number, fields, kind)
        return _Preamble(count, count_line, offset - len(line), number - 1)
    raise AnnotationError(
        path, number, found="no rows", expected="a row per image", remedy=DOWNLOAD_AGAIN
    )


def _raise_header(path: Path, line: int, fields: list[str], kind: Kind) -> NoReturn:
    if _NAME.fullmatch(fields[0]) and all(map(_WHOLE.fullmatch, fields[1:])):
        raise AnnotationError(
            path,
            line,
            found=f"the row of {fields[0]}",
            expected=f"a header that names the {len(kind.columns)} columns from {kind.columns[0]} "
            f"to {kind.columns[-1]}",
            remedy="Put CelebA's header back: without it the order of the columns is a guess",
        )
    # The image column may have a name or none.
    first_is_image = fields[0] not in kind.columns and (
        len(fields) > len(kind.columns) or "image" in fields[0] or fields[1:2] == [kind.columns[0]]
    )
    names = fields[1:] if first_is_image else fields
    columns = [*kind.columns, *["the end of the line"] * len(names)]
    names = [*names, *["the end of the line"] * len(columns)]
    at = next(i for i, name in enumerate(names) if name != columns[i])
    reordered = sorted(names[: len(kind.columns)]) == sorted(kind.columns)
    raise AnnotationError(
        path,
        line,
        found=f"{shortened(names[at])} as name {at + 1} in the header",
        expected=repr(columns[at]),
        remedy="The columns are in another order: bring header and rows into CelebA's own"
        if reordered
        else "Use CelebA's names in CelebA's order",
    )


def _parsed(path: Path, content: bytes, preamble: _Preamble, kind: Kind) -> Annotation | None:
    """The rows by Arrow's parser; None if anything about them is odd."""
    if b"0x" in content or b"0X" in content:
        return None  # Arrow would take 0x1 for a number
    columns = ["image", *kind.columns]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(content)[preamble.offset :]),
            read_options=pyarrow.csv.ReadOptions(column_names=columns),
            parse_options=pyarrow.csv.ParseOptions(delimiter=" ", quote_char=False),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={"image": pa.string(), **dict.fromkeys(kind.columns, pa.int32())},
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None
    names = table["image"].to_pylist()
    values = np.stack([table[column].to_numpy() for column in kind.columns], axis=1)
    rows = {_stem(name): row for row, name in enumerate(names)}
    if len(rows) != len(names) or not all(map(_NAME.fullmatch, names)):
        return None
    if kind.allowed is not None and not np.isin(values, kind.allowed).all():
        return None
    return Annotation(path, rows, values)


def _read_lines(path: Path, content: bytes, preamble: _Preamble, kind: Kind) -> Annotation:
    """The rows line by line: slow, and exact about the first line that is wrong."""
    seen: dict[str, int] = {}
    values: list[list[int]] = []
    for line, fields in numbered_fields(content[preamble.offset :], preamble.line):
        name = _checked_name(path, line, fields[0])
        if len(fields) != len(kind.columns) + 1:
            raise AnnotationError(
                path,
                line,
                found=f"{len(fields) - 1} numbers for {name}",
                expected=str(len(kind.columns)),
                remedy=f"{DOWNLOAD_AGAIN} if it was cut short; otherwise correct the row",
            )
        stem = _stem(name)
        if stem in seen:
            raise AnnotationError(
                path,
                line,
                found=f"{name}, which line {seen[stem]} has already",
                expected="one row per image",
                remedy="Remove the row that is wrong",
            )
        seen[stem] = line
        values.append(
            [
                _checked_number(path, line, column, text, kind)
                for column, text in zip(kind.columns, fields[1:], strict=True)
            ]
        )
    if not values:
        raise AnnotationError(
            path,
            preamble.line,
            found="no rows",
            expected="a row per image",
            remedy=DOWNLOAD_AGAIN,
        )
    rows = {stem: row for row, stem in enumerate(seen)}
    return Annotation(path, rows, np.array(values, dtype=np.int32))


def _checked_name(path: Path, line: int, name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    if "/" in name or "\\" in name:
        raise AnnotationError(
            path,
            line,
            found=f"{shortened(name)}, a name with a path in it",
            expected="a plain file name such as 000001.jpg",
            remedy="Write the name only: images are looked up in CelebA's image folder",
        )
    raise AnnotationError(
        path,
        line,
        found=f"{shortened(name)} as an image's name",
        expected="letters, digits, '_', '-', '.' and .jpg or .png at the end",
        remedy=DOWNLOAD_AGAIN,
    )


def _checked_number(path: Path, line: int, column: str, text: str, kind: Kind) -> int:
    allowed = kind.allowed
    expected = "a whole number of 32 bits" if allowed is None else " or ".join(map(str, allowed))
    if kind is ATTRIBUTE_KIND:
        expected = "-1 or 1 (or 0 and 1 throughout)"
    if (
        not _WHOLE.fullmatch(text)
        or abs(int(text)) >= 2**31
        or (allowed is not None and int(text) not in allowed)
    ):
        raise AnnotationError(
            path,
            line,
            found=f"{shortened(text)} for {column}",
            expected=expected,
            remedy=f"{DOWNLOAD_AGAIN}, or correct the row",
        )
    return int(text)


def _stem(name: str) -> str:
    """The name without its suffix: annotations may say .jpg where the files are .png."""
    return name.rpartition(".")[0]
