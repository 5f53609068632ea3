import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from heed.celeba.faces_table import write_faces


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "image": ["1.jpg", "2.jpg"],
            "size": np.array([2**40, 7], np.int64),
            "width": np.array([178, 89], np.int32),
            "partition": np.array([0, 2], np.int8),
            "identity": pd.array([5, pd.NA], dtype="Int64"),
            "box_x": [np.nan, 1.5],
        }
    )


def test_values_and_types_come_back(table, tmp_path):
    assert write_faces(table, tmp_path / "faces.parquet")
    read = pd.read_parquet(tmp_path / "faces.parquet")
    expected = table.assign(identity=[5.0, np.nan])
    pd.testing.assert_frame_equal(read, expected)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "faces.parquet", dtype_backend="numpy_nullable")[["identity"]],
        table[["identity"]],
    )


def test_nothing_of_the_libraries_that_wrote_it_is_in_the_schema(table, tmp_path):
    write_faces(table, tmp_path / "faces.parquet")
    assert pq.read_metadata(tmp_path / "faces.parquet").metadata is None
    assert b"pandas" not in (tmp_path / "faces.parquet").read_bytes()


@pytest.mark.parametrize("way", [{"compression": "gzip"}, {"compression": "none", "index": False}])
def test_the_same_content_in_other_bytes_is_left_alone(table, tmp_path, way):
    """As another release of pandas or Arrow would write it."""
    path = tmp_path / "faces.parquet"
    table.to_parquet(path, **way)
    content = path.read_bytes()
    assert not write_faces(table.copy(), path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.assign(width=np.array([178, 90], np.int32)),
        lambda table: table.assign(width=table["width"].astype(np.int64)),
        lambda table: table.assign(box_x=[2.0, 1.5]),
        lambda table: table.assign(identity=pd.array([5, 6], dtype="Int64")),
        lambda table: table[:1],
        lambda table: table[["size", "image", "width", "partition", "identity", "box_x"]],
        lambda table: table.rename(columns={"box_x": "box_y"}),
    ],
)
def test_any_change_is_written(table, tmp_path, change):
    path = tmp_path / "faces.parquet"
    write_faces(table, path)
    assert write_faces(change(table), path)
    fresh = tmp_path / "fresh.parquet"
    write_faces(change(table), fresh)
    assert path.read_bytes() == fresh.read_bytes()


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more"])
def test_a_damaged_file_is_replaced(table, tmp_path, content):
    path = tmp_path / "faces.parquet"
    path.write_bytes(content)
    assert write_faces(table, path)
    assert len(pd.read_parquet(path)) == 2
