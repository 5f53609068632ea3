"""Whether the features of a layer are kept in memory, on disk, or computed again."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from heed.arguments.numbers import check_count
from heed.base.errors import InputError
from heed.layers.stores import FLOAT32, check_folder

MIB: Final = 2**20

Way = Literal["memory", "disk", "again"]


@dataclass(frozen=True)
class Plan:
    """How the blocks of a layer are made.

    Attributes:
        way: ``memory``: one pass, all is kept in memory. ``disk``: one pass, all is kept in a
            temporary file. ``again``: a pass for as many blocks as memory holds, anew whenever the
            blocks are read.
        size: bytes of all features of all samples.
        held: bytes in memory beside the pass.
        blocks_a_pass: how many blocks one pass makes.
        passes: how many passes one reading of all blocks takes.
    """

    way: Way
    size: int
    held: int
    blocks_a_pass: int
    passes: int

    def __str__(self) -> str:
        size = f"{self.size / MIB:,.0f} MiB"
        if self.way == "again":
            return (
                f"{size}, computed again whenever they are read, in {self.passes} passes of "
                f"{self.held / MIB:,.0f} MiB"
            )
        return f"{size}, from one pass, kept {'in memory' if self.way == 'memory' else 'on disk'}"


def plan(
    samples: int, features: int, width: int, memory: int, disk: int, folder: Path | None = None
) -> Plan:
    """Choose a way: memory if all fits, else disk if that is allowed and has the room, else again.

    It follows from the numbers and, where disk is allowed, from the free room there; never from
    what memory is free. Features are the same whichever way they come.

    Args:
        samples: number n of samples.
        features: number p of features.
        width: features in a block.
        memory: bytes for features.
        disk: bytes that a temporary file may take; 0 writes none.
        folder: where it would be; by default where the system keeps temporary files.

    Raises:
        InputError: one block does not fit into memory; a number or the folder is none.

    Example:
        >>> print(plan(2048, 64 * 224 * 224, 8192, memory=2**30, disk=0))
        25,088 MiB, computed again whenever they are read, in 25 passes of 1,024 MiB
        >>> print(plan(2048, 64 * 224 * 224, 8192, memory=2**31, disk=2**30))
        25,088 MiB, computed again whenever they are read, in 13 passes of 2,048 MiB
        >>> print(plan(2048, 2048, 8192, memory=2**30, disk=0))
        16 MiB, from one pass, kept in memory
    """
    for name, value in (("samples", samples), ("features", features), ("width", width)):
        check_count(name, value)
    check_folder(folder)
    number = -(-features // width)
    size, block = FLOAT32 * samples * features, FLOAT32 * samples * min(width, features)
    if block > memory:
        raise InputError(
            f"memory: found {memory / MIB:,.0f} MiB for features; expected "
            f"{block / MIB:,.0f} MiB at least for one block of {samples} samples and "
            f"{min(width, features)} features. Raise memory, or lower width"
        )
    if size <= memory:
        return Plan("memory", size, size, number, 1)
    if size <= disk and size < shutil.disk_usage(folder or tempfile.gettempdir()).free:
        return Plan("disk", size, block, number, 1)
    at_once = memory // block
    return Plan("again", size, at_once * block, at_once, -(-number // at_once))
