"""What stands above the rows of an annotation file: the number of rows, and the columns' names."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from heed.celeba.exports import WHOLE, index_columns, without_index_names
from heed.celeba.kinds import Kind
from heed.celeba.messages import DOWNLOAD_AGAIN, AnnotationError, shortened
from heed.celeba.text import NAME, numbered_fields

_COUNT = re.compile(r"[+-]?[0-9]{1,10}")


@dataclass(frozen=True)
class Preamble:
    """What precedes the rows, and where and how they begin.

    Attributes:
        count: the number of rows that the file claims, None where it has none.
        count_line: the line that says so.
        offset: of the first row, in bytes.
        line: how many lines precede it.
        indices: columns of an index before the image's name.
    """

    count: int | None
    count_line: int
    offset: int
    line: int
    indices: int


def read_preamble(path: Path, content: bytes, kind: Kind) -> Preamble:
    """Read what precedes the rows of an annotation file.

    Args:
        path: the file, for messages.
        content: its evened text.
        kind: what it should hold.

    Raises:
        AnnotationError: there are no rows, or the header has other names than it should.
    """
    stream = io.BytesIO(content)
    count, count_line, offset, number = None, 0, 0, 0
    for number, line in enumerate(stream, 1):
        fields = without_index_names(line.decode("utf-8")).split()
        offset += len(line)
        if not fields:
            continue
        if count is None and len(fields) == 1 and _COUNT.fullmatch(fields[0]):
            count, count_line = int(fields[0]), number
            continue
        if kind.columns in (tuple(fields), tuple(fields[1:])):
            first = next(numbered_fields(content[offset:]), (0, []))[1]
            return Preamble(count, count_line, offset, number, index_columns(first))
        if kind.header:
            _raise_header(path, number, fields, kind)
        return Preamble(count, count_line, offset - len(line), number - 1, index_columns(fields))
    raise AnnotationError.at(
        path, number, found="no rows", expected="a row per image", remedy=DOWNLOAD_AGAIN
    )


def _raise_header(path: Path, line: int, fields: list[str], kind: Kind) -> NoReturn:
    if NAME.fullmatch(fields[0]) and all(map(WHOLE.fullmatch, fields[1:])):
        raise AnnotationError.at(
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
    raise AnnotationError.at(
        path,
        line,
        found=f"{shortened(names[at])} as name {at + 1} in the header",
        expected=repr(columns[at]),
        remedy="The columns are in another order: bring header and rows into CelebA's own"
        if reordered
        else "Use CelebA's names in CelebA's order",
    )
