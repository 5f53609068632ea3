"""Blocks are the array they were cut from, and whoever breaks the promise is told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.pls.blocks import (
    ArrayBlocks,
    Block,
    FeatureBlocks,
    MappedBlocks,
    RowsOf,
    walk,
    walk_together,
)

VALUES = np.arange(12, dtype=np.float32).reshape(3, 4)


class Given:
    """Blocks as a test hands them in, right or wrong."""

    samples = 3
    features = 4

    def __init__(self, *blocks: Block) -> None:
        self.given = blocks

    def blocks(self) -> Iterator[Block]:
        yield from self.given


@given(st.integers(1, 5), st.integers(1, 20), st.integers(1, 25))
def test_blocks_side_by_side_are_the_array(samples: int, features: int, width: int) -> None:
    values = np.random.default_rng(0).normal(size=(samples, features))
    blocks = ArrayBlocks(values, width)
    for _ in range(2):  # they can be read again
        found = np.hstack([block for _, block in walk(blocks)])
        np.testing.assert_array_equal(found, values.astype(np.float32))
    assert all(block.shape[1] <= width for _, block in blocks.blocks())


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_mapped_file_is_the_array(tmp_path: Path, order: str) -> None:
    np.save(tmp_path / "x.npy", np.asarray(VALUES, order=order))  # type: ignore[call-overload]
    stored = MappedBlocks(tmp_path / "x.npy", width=3)
    assert isinstance(stored, FeatureBlocks)
    np.testing.assert_array_equal(np.hstack([b for _, b in walk(stored)]), VALUES)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.npy: found no array"):
        MappedBlocks(tmp_path / "absent.npy")
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(InputError, match=r"broken\.npy: found no array"):
        MappedBlocks(tmp_path / "broken.npy")


def test_rows_keep_their_order_and_may_repeat() -> None:
    some = RowsOf(ArrayBlocks(VALUES, 3), [2, 0, 2])
    assert (some.samples, some.features) == (3, 4)
    np.testing.assert_array_equal(np.hstack([b for _, b in walk(some)]), VALUES[[2, 0, 2]])


@pytest.mark.parametrize("rows", [[], [3], [-1], [[0]]])
def test_rows_that_are_none_are_refused(rows: list[int]) -> None:
    with pytest.raises(InputError, match="rows: found"):
        RowsOf(ArrayBlocks(VALUES), rows)


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))])
def test_an_array_without_samples_or_features_is_refused(values: np.ndarray) -> None:
    with pytest.raises(InputError, match="values: found the shape"):
        ArrayBlocks(values)


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([(slice(1, 4), VALUES[:, 1:])], "expected slice\\(0, stop\\)"),
        ([(slice(0, 2), VALUES[:, :2]), (slice(3, 4), VALUES[:, 3:])], "after feature 2"),
        ([(slice(0, 4), VALUES[:2])], r"found a block of \(2, 4\)"),
        ([(slice(0, 2), VALUES[:, :2])], "ended at feature 2"),
        ([(slice(0, 0), VALUES[:, :0])], "after feature 0"),
        ([(slice(0, 4), VALUES * 1j)], "found complex.* for .*; expected real numbers"),
    ],
)
def test_blocks_that_break_the_promise_are_refused(blocks: list[Block], message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(walk(Given(*blocks)))


def test_sets_of_samples_go_together() -> None:
    first, second = ArrayBlocks(VALUES, 3), ArrayBlocks(VALUES[:1], 3)
    found = [(where.stop, [len(b) for b in both]) for where, both in walk_together(first, second)]
    assert found == [(3, [3, 1]), (4, [3, 1])]
    with pytest.raises(InputError, match="same width"):
        list(walk_together(first, ArrayBlocks(VALUES, 2)))
    with pytest.raises(InputError, match=r"found \[4, 3\] features"):
        list(walk_together(first, ArrayBlocks(VALUES[:, :3])))


@pytest.mark.parametrize("rows", [[True, False, True], [0.0, 2.0], [], [[0]], [-1], [3]])
def test_rows_that_are_no_numbers_of_samples_are_refused(rows: list[object]) -> None:
    """A mask would be read as the samples 0 and 1."""
    with pytest.raises(InputError, match="rows: found"):
        RowsOf(ArrayBlocks(VALUES), np.array(rows))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.ones((2, 2)) * 1j, r"values: found complex128 \(2, 2\); expected real numbers"),
        ([["1", "2"]], "values: found <U1"),
        ([[None, 1]], "values: found object"),
        ([[1], [2, 3]], "values: found list of which NumPy makes no array"),
    ],
)
def test_values_that_are_no_real_numbers_are_refused(values: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ArrayBlocks(values)


@pytest.mark.parametrize("width", [0, 2.5, float("nan"), "8", True])
def test_a_width_that_is_none_is_refused(width: object) -> None:
    with pytest.raises(InputError, match="width: found"):
        ArrayBlocks(VALUES, width)


def test_a_file_of_other_numbers_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "complex.npy", np.ones((2, 2)) * 1j)
    with pytest.raises(
        InputError, match=r"complex\.npy: found complex128 .* expected real numbers"
    ):
        MappedBlocks(tmp_path / "complex.npy")
