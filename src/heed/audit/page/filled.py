"""What the page says of crops that reach beyond their photographs."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from heed.base.errors import InputError

WORTH_SAYING: Final = 0.001
"""Mean share of a crop's area from which on the page speaks of it."""


COUNTS: Final = {
    "keep": "maps count there as elsewhere (score.filled)",
    "leave_out": "scores leave it out (score.filled)",
}
"""What scores make of it."""


def remarks_on_filling(shares: ArrayLike, filled: str = "keep") -> list[str]:
    """A sentence without its full stop, or none where the crops lie inside the photographs.

    Args:
        shares: of each audited crop, the share of its area beyond the photograph.
        filled: ``score.filled``: whether scores count it.

    Raises:
        InputError: if there is no crop.

    Example:
        >>> remarks_on_filling([0.0, 0.0])
        []
        >>> (remark,) = remarks_on_filling([0.5, 0.0])
        >>> remark[:75]
        '1 of 2 crops reaches beyond its photograph; 25.0 % of the area of all crops'
    """
    shares = np.asarray(shares, np.float64)
    if not len(shares):
        raise InputError("remarks_on_filling: found no crops; expected at least one")
    if shares.mean() < WORTH_SAYING:
        return []
    beyond = int(np.count_nonzero(shares > 0))
    whose = "reaches beyond its photograph" if beyond == 1 else "reach beyond their photographs"
    return [
        f"{beyond} of {len(shares)} crops {whose}; {shares.mean():.1%} of the area of all crops is "
        f"filled in, and {COUNTS[filled]}".replace("%", " %")
    ]
