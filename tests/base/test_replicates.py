from pathlib import Path

import pytest

from heed.base.errors import InputError
from heed.base.replicates import replicates, same_replicate


def test_entries_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, *range(1, 10)):
        (tmp_path / f"{number}.zarr").mkdir()
    (tmp_path / ".hidden").touch()
    assert [path.name for path in replicates(tmp_path)] == [f"{n}.zarr" for n in range(1, 11)]


@pytest.mark.parametrize(
    ("files", "found"), [([], "nothing"), (["2.zarr"], "2"), (["1.zarr", "3.zarr"], "1, 3")]
)
def test_a_gap_is_named(tmp_path: Path, files: list[str], found: str) -> None:
    for file in files:
        (tmp_path / file).touch()
    with pytest.raises(InputError, match=f"{tmp_path}: found {found}; expected one entry"):
        replicates(tmp_path)


def test_the_entry_of_the_same_replicate(tmp_path: Path) -> None:
    (tmp_path / "1.parquet").touch()
    assert same_replicate(tmp_path, Path("maps/1.zarr")) == tmp_path / "1.parquet"
    with pytest.raises(InputError, match=r"found no replicate 2, which maps/2\.zarr is of"):
        same_replicate(tmp_path, Path("maps/2.zarr"))
