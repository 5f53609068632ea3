"""What files of weights and data are known by: their SHA-256, and how many numbers they hold."""

import hashlib
import math
import os
from dataclasses import dataclass
from typing import Final

from safetensors import safe_open

STATISTICS: Final = ("running_mean", "running_var", "num_batches_tracked")
"""End the names of what batch normalisation counts and no gradient changes."""


@dataclass(frozen=True)
class Weights:
    """One file of weights.

    Attributes:
        sha256: of the file, in hexadecimal digits.
        trained: how many numbers a training changes by its gradient.
        counted: how many are statistics of batch normalisation.
    """

    sha256: str
    trained: int
    counted: int


def read_weights(path: str | os.PathLike[str]) -> Weights:
    """Describe a safetensors file; of its tensors only the shapes are read.

    Example:
        >>> import tempfile, numpy as np
        >>> from safetensors.numpy import save_file
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     tensors = {"1.weight": np.ones((2, 3)), "1.running_mean": np.ones(2)}
        ...     save_file(tensors, f"{folder}/mine.safetensors")
        ...     found = read_weights(f"{folder}/mine.safetensors")
        >>> found.trained, found.counted
        (6, 2)
    """
    trained = counted = 0
    with safe_open(path, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118 (it is no mapping)
            count = math.prod(file.get_slice(name).get_shape())
            if name.endswith(STATISTICS):
                counted += count
            else:
                trained += count
    return Weights(sha256(path), trained, counted)


def sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file, 64 hexadecimal digits; it is read in parts, however large."""
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
