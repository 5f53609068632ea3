"""A damaged input is named, whatever the library says that trips over it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import zarr

from heed.pipeline.damaged import damaged_input


def write(folder: Path) -> None:
    pd.DataFrame({"a": range(1000)}).to_parquet(folder / "table.parquet")
    pd.DataFrame({"a": [1]}).to_csv(folder / "table.csv", index=False)
    (folder / "note.json").write_text(json.dumps({"a": [1, 2]}))
    (folder / "README.txt").write_text("of no kind that can be damaged")
    group = zarr.open_group(folder / "maps.zarr", mode="w")
    values = np.random.default_rng(0).random((6, 8)).astype(np.float32)
    group.create_array("cams", data=values, chunks=(2, 8))


def test_whole_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path)
    assert damaged_input([tmp_path, tmp_path / "table.parquet"]) is None


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("table.parquet", "table.parquet"),
        ("note.json", "note.json"),
        ("maps.zarr/zarr.json", "maps.zarr/zarr.json"),
        ("maps.zarr/cams/c/1/0", "maps.zarr/cams/zarr.json"),
    ],
)
def test_a_file_that_is_cut_off_is_named(tmp_path: Path, name: str, named: str) -> None:
    write(tmp_path)
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    message = damaged_input([tmp_path])
    assert message is not None
    assert message.startswith(f"{tmp_path / named}: found a file that is damaged or cut off (")
    assert "dvc repro" in message
    assert "\n" not in message


def test_an_empty_table_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "table.csv").write_text("")
    assert "table.csv: found" in str(damaged_input([tmp_path]))
