"""Which input of a stage that failed cannot be read: cut off by a full disk, or overwritten."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml


def damaged_input(inputs: Iterable[str | Path]) -> str | None:
    """The first input that is no file of its kind, and what to do; None where all can be read.

    Everything is read to its end, which takes time: ask only once something has failed.

    Args:
        inputs: files and folders that exist.
    """
    for path in inputs:
        for file in sorted(Path(path).rglob("*")) if Path(path).is_dir() else [Path(path)]:
            try:
                _read(file)
            except Exception as error:  # a library has many words for it, and its own classes
                return (
                    f"{file}: found a file that is damaged or cut off ({_in_short(error)}). Remove "
                    "it and run `dvc repro`, which makes it again; or bring it back with "
                    "`dvc checkout`"
                )
    return None


def _read(file: Path) -> None:
    if file.suffix == ".parquet":
        import pyarrow.parquet  # here: only once something has failed

        pyarrow.parquet.read_table(file)
    elif file.suffix == ".csv":
        import pandas as pd

        pd.read_csv(file)
    elif file.name == "zarr.json":
        import zarr

        node = zarr.open(file.parent, mode="r")
        if isinstance(node, zarr.Array):
            for start in range(0, node.shape[0], node.chunks[0]) if node.ndim else ():
                node[start : start + node.chunks[0]]
    elif file.suffix == ".json":
        json.loads(file.read_text(encoding="utf-8"))
    elif file.suffix == ".yaml":
        yaml.safe_load(file.read_text(encoding="utf-8"))


def _in_short(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:100]
