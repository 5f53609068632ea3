"""Choice of the faces that a figure shows, by a rule and not by hand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def spread_over(values: NDArray[np.number[Any]], count: int) -> NDArray[np.intp]:
    """Representative rows, at evenly spaced ranks of their values.

    The values are cut into ``count`` parts of the same number of rows, and of each part the
    row in the middle is taken: one row is the median, two are the quartiles.

    Args:
        values: (n,), not NaN; rows of the same value keep their order.
        count: how many rows; all of them if there are fewer.

    Returns:
        Different rows in the order of their values.

    Example:
        >>> spread_over(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), 2).tolist()
        [3, 2]
    """
    n = len(values)
    count = min(count, n)
    middles = (np.arange(count) + 0.5) * n / max(count, 1)
    return np.argsort(values, kind="stable")[middles.astype(np.intp)]
