from pathlib import Path

import numpy as np
import pytest

from heed.audit.flip_store import Flipped, ShownFlips, read_flips, write_flips


@pytest.fixture
def flips() -> ShownFlips:
    rng = np.random.default_rng(0)
    of = Flipped(*(rng.random(3).astype(np.float32) for _ in range(2)),
                 rng.random((3, 7, 7)).astype(np.float32))  # fmt: skip
    crops = rng.integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    return ShownFlips(np.array([0, 0, 9]), np.array([4, 39, 4]), crops, {"a": of})


def content(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_what_is_written_is_read_and_has_the_same_bytes(flips: ShownFlips, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_flips(flips, str(tmp_path / name))
    found = read_flips(tmp_path / "one", ["a"])
    for name in ("rows", "attributes", "crops"):
        np.testing.assert_array_equal(getattr(found, name), getattr(flips, name))
    np.testing.assert_array_equal(found.of["a"].maps, flips.of["a"].maps)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_photographs_have_none(tmp_path: Path) -> None:
    write_flips(None, str(tmp_path / "none"))
    assert read_flips(tmp_path / "none", ["a"]) is None
