"""Over how many attributes one mean exceeds another.

Bieri (2023) argues with such counts. Recomputed from her Table 5.1: the mean
AMR of misclassified faces exceeds that of correctly classified faces for 26
attributes with the balanced and 30 with the unbalanced network; the mean AMR of
faces that show the attribute exceeds that of faces that do not for 31 and 36.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from heed.base.errors import InputError


@dataclass(frozen=True)
class Comparison:
    """Number of attributes by which of two means is larger.

    Attributes:
        above: the first is larger.
        equal: the two are equal.
        below: the first is smaller.
    """

    above: int
    equal: int
    below: int

    @property
    def n(self) -> int:
        """Number of attributes for which both means exist."""
        return self.above + self.equal + self.below


def compare(first: ArrayLike, second: ArrayLike) -> Comparison:
    """Count over how many attributes ``first`` exceeds, equals or undercuts ``second``.

    Args:
        first: one value per attribute, (A,); NaN = missing.
        second: likewise; attributes missing in either are not counted.

    Raises:
        ValueError: if the two differ in shape.

    Example:
        >>> compare([0.5, 0.4, 0.3, float("nan")], [0.4, 0.4, 0.9, 0.1])
        Comparison(above=1, equal=1, below=1)
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape:
        raise InputError(
            f"compare: found shapes {first.shape} and {second.shape}; expected the same shape"
        )
    # Comparisons with NaN are false, so that missing values fall out of all three.
    return Comparison(
        int(np.count_nonzero(first > second)),
        int(np.count_nonzero(first == second)),
        int(np.count_nonzero(first < second)),
    )
