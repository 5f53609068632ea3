"""Writing the inventory's table so that it changes only when what it says has changed."""

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from heed.base.files import written_whole


def write_faces(table: pd.DataFrame, target: str | os.PathLike[str]) -> bool:
    """Write the inventory's table as Parquet, unless ``target`` holds just this already.

    All stages start from this file, and run again when its bytes are others. Those depend on
    the releases of pandas and Arrow that wrote it: so neither puts its metadata into it, and
    a file whose columns, types and values are the same is left as it is.

    Args:
        table: of :class:`heed.celeba.inventory.Inventory`.
        target: the file.

    Returns:
        Whether the file was written.
    """
    content = pa.Table.from_pandas(table, preserve_index=False, nthreads=1)
    content = content.cast(_plain(content.schema))
    if _holds(Path(target), content):
        return False
    with written_whole(target) as partial:
        pq.write_table(content, partial, compression="zstd", store_schema=False)
    return True


def _plain(schema: pa.Schema) -> pa.Schema:
    """Names and types alone; pandas has long strings or short ones, by its release."""
    kinds = [pa.string() if pa.types.is_large_string(kind) else kind for kind in schema.types]
    return pa.schema(list(zip(schema.names, kinds, strict=True)))


def _holds(path: Path, content: pa.Table) -> bool:
    try:
        file = pq.ParquetFile(path)
        if not _plain(file.schema_arrow).equals(content.schema):
            return False
        return bool(file.read(use_threads=False).cast(content.schema).equals(content))
    except (OSError, pa.ArrowException):
        return False  # not there, or damaged
