"""Reading CelebA's annotation files, strictly.

All of them are tables of whole numbers with one row per image: an optional line
with the number of rows, a header (which two of them lack), then the image's name
and its numbers, parted by blanks or as exports part them. A file is parsed by Arrow;
only when anything about it is odd is it read again, line by line, to say which line and why.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from heed.celeba.exports import (
    TRUTH,
    WHOLE,
    index_columns,
    whole_numbers,
)
from heed.celeba.header import Preamble, read_preamble
from heed.celeba.kinds import ATTRIBUTE_KIND, Kind
from heed.celeba.messages import DOWNLOAD_AGAIN, AnnotationError, shortened
from heed.celeba.text import NAME, numbered_fields, read_evened

# For Arrow, whose regular expressions know the letters of ASCII only: other names go line by line.
_PLAIN_NAME: Final = r"(?i)^\w[\w.-]*\.(?:jpe?g|png)$"


@dataclass(frozen=True)
class Annotation:
    """One annotation file.

    Attributes:
        path: where it was read.
        stems: stem of each image's name (``000001`` of ``000001.jpg``: annotations may say
            .jpg where the files are .png), in the file's order.
        numbers: (N, columns) int32, in the same order.
        names: the names as they are written.
    """

    path: Path
    stems: pa.StringArray
    numbers: NDArray[np.int32]
    names: pa.StringArray

    @cached_property
    def rows(self) -> dict[str, int]:
        """Stem of an image to its row in ``numbers``."""
        return {stem: row for row, stem in enumerate(self.stems.to_pylist())}

    def line_of(self, stem: str) -> int | None:
        """The line of an image, for messages; reads the file again."""
        for line, fields in numbered_fields(read_evened(self.path)):
            name = fields[min(index_columns(fields), len(fields) - 1)]
            if name.rpartition(".")[0] == stem:
                return line
        return None

    def place_of(self, name: str) -> str:
        """The file, and the line of an image of that name in it, for messages."""
        return f"{self.path}, line {self.line_of(name.rpartition('.')[0])}"

    def line_of_row(self, row: int) -> int | None:
        """The line of a row of ``numbers``, for messages; reads the file again."""
        return self.line_of(self.stems[row].as_py())


def read_annotation(path: Path, kind: Kind, like: Annotation | None = None) -> Annotation:
    """Read one annotation file.

    Accepts LF and CRLF, blanks at the end of lines, empty lines, blanks or commas
    between fields, a byte order mark, a count line or none, a header with or
    without a name for the image column, and exports (:mod:`heed.celeba.exports`).

    Args:
        path: the file.
        kind: what it should hold.
        like: a file already read; where this one has the same names, as CelebA's own have,
            they are not checked again.

    Raises:
        AnnotationError: naming the file, the line, what was found, what was
            expected, and what to do.
    """
    content = read_evened(path)
    preamble = read_preamble(path, content, kind)
    annotation = _parsed(path, content, preamble, kind, like)
    if annotation is None:
        annotation = _read_lines(path, content, preamble, kind)
    if preamble.count is not None and preamble.count != len(annotation.stems):
        raise AnnotationError.at(
            path,
            preamble.count_line,
            found=f"a count of {preamble.count} above {len(annotation.stems)} rows",
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
        raise AnnotationError.at(
            path,
            annotation.line_of_row(row),
            found="labels -1 and 0 in one file",
            expected="either -1 and 1, or 0 and 1 (False and True), throughout",
            remedy="Write every absent attribute as -1, and leave out rows whose label is unknown",
        )
    numbers = np.where(zeros, np.int32(-1), annotation.numbers)
    return replace(annotation, numbers=numbers)


def _parsed(
    path: Path, content: bytes, preamble: Preamble, kind: Kind, like: Annotation | None
) -> Annotation | None:
    """The rows by Arrow's parser; None if anything about them is odd."""
    if b"0x" in content or b"0X" in content:
        return None  # Arrow would take 0x1 for a number
    rows = content[preamble.offset :]
    annotation = _parsed_rows(path, rows, preamble.indices, kind, like)
    if annotation is None:
        plain = whole_numbers(rows, truth=kind is ATTRIBUTE_KIND)
        if plain is not None:
            annotation = _parsed_rows(path, plain, preamble.indices, kind, like)
    return annotation


def _parsed_rows(
    path: Path, rows: bytes, indices: int, kind: Kind, like: Annotation | None
) -> Annotation | None:
    index_names = [f"index {number}" for number in range(indices)]
    types = dict.fromkeys(index_names, pa.int64()) | {"image": pa.string()}
    types |= dict.fromkeys(kind.columns, pa.int32())
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(rows),
            # Without threads: as Python ends, Arrow's may abort it ("terminate called without
            # an active exception").
            read_options=pyarrow.csv.ReadOptions(column_names=list(types), use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(delimiter=" ", quote_char=False),
            convert_options=pyarrow.csv.ConvertOptions(column_types=types, null_values=[]),
        )
    except pa.ArrowInvalid:
        return None
    names = table["image"].combine_chunks()
    stems = like.stems if like is not None and names.equals(like.names) else _checked_stems(names)
    if stems is None:
        return None
    values = np.empty((len(names), len(kind.columns)), np.int32)
    for column, name in enumerate(kind.columns):
        values[:, column] = table[name].to_numpy()
    if kind.allowed is not None and not _all_allowed(values, kind.allowed):
        return None
    return Annotation(path, stems, values, names)


def _checked_stems(names: pa.StringArray) -> pa.StringArray | None:
    """The names without suffix; None if one is no image's name, or there twice."""
    if not pc.all(pc.match_substring_regex(names, _PLAIN_NAME)).as_py():
        return None
    stems = pc.replace_substring_regex(names, r"\.[^.]*$", "")
    return stems if pc.count_distinct(stems).as_py() == len(stems) else None


def _all_allowed(values: NDArray[np.int32], allowed: tuple[int, ...]) -> bool:
    """Whether all values are among a run of whole numbers."""
    return bool(values.min() >= min(allowed) and values.max() <= max(allowed))


def _read_lines(path: Path, content: bytes, preamble: Preamble, kind: Kind) -> Annotation:
    """The rows line by line: slow, and exact about the first line that is wrong."""
    seen: dict[str, int] = {}
    names: list[str] = []
    values: list[list[int]] = []
    for line, all_fields in numbered_fields(content[preamble.offset :], preamble.line):
        fields = _without_index(path, line, all_fields, preamble.indices)
        name = _checked_name(path, line, fields[0])
        if len(fields) != len(kind.columns) + 1:
            raise AnnotationError.at(
                path,
                line,
                found=f"{len(fields) - 1} numbers for {name}",
                expected=str(len(kind.columns)),
                remedy=f"{DOWNLOAD_AGAIN} if it was cut short; otherwise correct the row",
            )
        stem = name.rpartition(".")[0]
        if stem in seen:
            raise AnnotationError.at(
                path,
                line,
                found=f"{name}, which line {seen[stem]} has already",
                expected="one row per image",
                remedy="Remove the row that is wrong",
            )
        seen[stem] = line
        names.append(name)
        values.append(
            [
                _checked_number(path, line, column, text, kind)
                for column, text in zip(kind.columns, fields[1:], strict=True)
            ]
        )
    if not values:
        raise AnnotationError.at(
            path,
            preamble.line,
            found="no rows",
            expected="a row per image",
            remedy=DOWNLOAD_AGAIN,
        )
    numbers = np.array(values, dtype=np.int32)
    return Annotation(path, pa.array(seen, pa.string()), numbers, pa.array(names, pa.string()))


def _without_index(path: Path, line: int, fields: list[str], indices: int) -> list[str]:
    if len(fields) > indices and all(map(WHOLE.fullmatch, fields[:indices])):
        return fields[indices:]
    raise AnnotationError.at(
        path,
        line,
        found=shortened(" ".join(fields[: indices + 1])),
        expected=f"{indices} whole number{'s' * (indices > 1)} of an index and then the image's "
        "name, as in the first row",
        remedy="Leave the index out of all rows, or of none",
    )


def _checked_name(path: Path, line: int, name: str) -> str:
    if NAME.fullmatch(name):
        return name
    if "/" in name or "\\" in name:
        raise AnnotationError.at(
            path,
            line,
            found=f"{shortened(name)}, a name with a path in it",
            expected="a plain file name such as 000001.jpg",
            remedy="Write the name only: images are looked up in CelebA's image folder",
        )
    raise AnnotationError.at(
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
    if kind is ATTRIBUTE_KIND and text in TRUTH:
        return TRUTH[text]
    number = int(text.partition(".")[0]) if WHOLE.fullmatch(text) else None
    if number is None or abs(number) >= 2**31 or (allowed is not None and number not in allowed):
        raise AnnotationError.at(
            path,
            line,
            found=f"{shortened(text)} for {column}",
            expected=expected,
            remedy=f"{DOWNLOAD_AGAIN}, or correct the row",
        )
    return number
