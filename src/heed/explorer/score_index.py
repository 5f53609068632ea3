"""The stored scores by attribute: ``data/scores`` has them by face, forty rows each."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explorer.remembered import Remembered
from heed.explorer.stored_networks import unpacking

LIMIT: Final = 256 * 2**20
"""Bytes of all columns of an audit up to which they stay in memory."""

ROWS_AT_ONCE: Final = 2**19
"""Rows of a file that are read before they are sorted."""

Column = NDArray[np.float32]


class ScoreIndex:
    """Columns of score files, each read once, when it is first asked for.

    A column of a network is kept as (A, N) float32, so that the scores of one attribute lie side by
    side. Where all columns of all networks would take more than ``limit`` bytes they are kept in
    files without a name, which vanish with this process, and mapped into memory.

    Args:
        files: of each network its ``data/scores/<model>/<replicate>.parquet``.
        images: names of the N faces, in order.
        attributes: names of the A attributes, in order.
        limit: see above.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        images: Sequence[str],
        attributes: Sequence[str],
        limit: int = LIMIT,
    ) -> None:
        self._files, self._images, self._attributes = dict(files), images, tuple(attributes)
        schema = pq.read_schema(next(iter(self._files.values())))
        numbers = [name for name in schema.names if not pa.types.is_string(schema.field(name).type)]
        size = len(images) * len(attributes) * np.dtype(np.float32).itemsize
        self.on_disk = size * len(numbers) * len(self._files) > limit
        """Whether columns are kept in files."""
        # Mapped columns are not counted: the system takes their memory back when it needs it.
        self._columns: Remembered[Column] = Remembered(2**62, lambda column: column.nbytes)
        self._checked: Remembered[bool] = Remembered(2**62, lambda _: 1)

    def column(self, network: str, name: str) -> Column:
        """A column of a network, (A, N) float32; NaN where a score is missing.

        Raises:
            InputError: the file is missing, damaged, without this column, or its rows are not those
                of the faces in their order.
        """
        return self._columns.of((network, name), lambda: self._read(network, name))

    def _read(self, network: str, name: str) -> Column:
        path = self._files[network]
        faces, attributes = len(self._images), len(self._attributes)
        found = np.empty((attributes, faces), np.float32)
        with unpacking(path), pq.ParquetFile(path) as file:
            if name not in file.schema_arrow.names:
                raise InputError(f"{path}: found no column {name}; run `dvc repro score`")
            self._checked.of(network, lambda: self._check(path, file))
            start = 0
            for rows in file.iter_batches(_whole(ROWS_AT_ONCE, attributes), columns=[name]):
                values = np.asarray(rows.column(0).cast(pa.float32()))
                stop = start + len(values) // attributes
                found[:, start:stop] = values.reshape(-1, attributes).T
                start = stop
        return _in_a_file(found, path) if self.on_disk else found

    def _check(self, path: Path, file: pq.ParquetFile) -> bool:
        """That rows are face by face in order: each row group by the range of its names."""
        attributes, start = len(self._attributes), 0
        images = file.schema_arrow.names.index("image")
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            stop = start + group.num_rows // attributes
            names = self._images[start:stop]
            said = group.column(images).statistics
            whole = group.num_rows % attributes == 0 and stop <= len(self._images)
            if not whole or (
                said is not None
                and said.has_min_max
                and (said.min, said.max) != (min(names), max(names))
            ):
                raise InputError(
                    f"{path}: its rows {start * attributes} to {stop * attributes} are not those "
                    "of the audited faces in their order; run `dvc repro`"
                )
            start = stop
        for number in {0, file.num_row_groups - 1}:
            rows = file.read_row_group(number, columns=["image", "attribute"])
            grid = np.asarray(rows["attribute"].to_pylist()).reshape(-1, attributes)
            begin = 0 if number == 0 else len(self._images) - len(grid)
            expected = list(self._images[begin : begin + len(grid)])
            found = rows["image"].to_pylist()[::attributes]
            if (grid != self._attributes).any() or found != expected:
                raise InputError(
                    f"{path}: found rows in another order than face by face, each with its "
                    f"{attributes} attributes; run `dvc repro`"
                )
        return True


def _whole(rows: int, attributes: int) -> int:
    return max(1, rows // attributes) * attributes


def _in_a_file(column: Column, source: Path) -> Column:
    """The same values, in a file without a name that is mapped into memory."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(column.tobytes())
            file.flush()
            mapped: Any = np.memmap(file, np.float32, "r", shape=column.shape)
    except OSError as error:
        raise InputError(
            f"{tempfile.gettempdir()}: no room for {column.nbytes >> 20} MiB of the scores in "
            f"{source} ({error.strerror}); free some, or set TMPDIR to a larger disk"
        ) from None
    return mapped  # the file lives as long as the mapping
