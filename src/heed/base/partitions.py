"""The three parts of a data set."""

from typing import Final, Literal

Partition = Literal["train", "validation", "test"]

PARTITIONS: Final[tuple[str, ...]] = ("train", "validation", "test")
"""CelebA's partition numbers 0, 1, 2 as an index into names."""
