"""Which faces the page shows of each attribute: an even sample of every kind of decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.score_arrays import ScoreArrays, check_same_faces
from heed.celeba.attributes import ATTRIBUTES

OUTCOMES: Final[dict[str, str]] = {
    "hit": "Hits",
    "miss": "Misses",
    "false_alarm": "False alarms",
    "rejection": "Correct rejections",
}
"""Kinds of decisions, and how the page names them: the attribute is there and found, there and
not found, not there and found, not there and not found."""

GOLDEN_RATIO: Final = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Choice:
    """The faces of one attribute.

    Attributes:
        rows: of the faces among the audited ones, in their order.
        sizes: by network, how many audited faces there are of each of :data:`OUTCOMES`.
    """

    rows: tuple[int, ...]
    sizes: Mapping[str, tuple[int, ...]]


def outcomes(labels: NDArray[np.integer], logits: NDArray[np.floating]) -> NDArray[np.intp]:
    """The kind of each decision.

    Args:
        labels: -1 or +1, of any shape.
        logits: of the same shape; z >= 0 says that the attribute is there.

    Returns:
        Of that shape, the place among :data:`OUTCOMES`.

    Example:
        >>> outcomes(np.array([1, 1, -1, -1]), np.array([2.0, -1.0, 0.0, -3.0])).tolist()
        [0, 1, 2, 3]
    """
    found = np.where(logits >= 0, 0, 1)
    return np.where(labels == 1, found, found + 2)


def spread(count: int) -> NDArray[np.intp]:
    """All of ``count`` faces in an order whose beginnings are spread evenly over them.

    Args:
        count: number of faces.

    Returns:
        (count,): multiples of the golden ratio, modulo 1, put in order.
    """
    return np.argsort(np.arange(count) * GOLDEN_RATIO % 1, kind="stable")


def choose_faces(scores: Mapping[str, ScoreArrays], per_group: int) -> dict[str, Choice]:
    """Choose faces of each attribute; the same each time, and by no property of theirs.

    Each network's decisions of each kind give their first faces in the order of :func:`spread`,
    so that large groups share most of their faces. To these come the faces whose maps have the
    highest and the lowest AMR, without empty maps and faces without a mask.

    Args:
        scores: by network, of the same faces.
        per_group: how many faces of a kind; fewer where there are fewer.

    Raises:
        ScoreTableError: if the networks were scored on different faces.
    """
    order = spread(len(check_same_faces(scores)))
    chosen = {}
    for index, attribute in enumerate(ATTRIBUTES):
        rows: set[int] = set()
        sizes = {}
        for model, of_model in scores.items():
            kinds = outcomes(of_model.labels[:, index], of_model.logits[:, index])[order]
            for kind in range(len(OUTCOMES)):
                rows.update(order[kinds == kind][:per_group].tolist())
            sizes[model] = tuple(np.bincount(kinds, minlength=len(OUTCOMES)).tolist())
            rows.update(_extremes(of_model, index, order, per_group))
        chosen[attribute] = Choice(tuple(sorted(rows)), sizes)
    return chosen


def _extremes(
    scores: ScoreArrays, index: int, order: NDArray[np.intp], count: int
) -> Sequence[int]:
    """Faces with the highest and the lowest AMR; equals in the given order."""
    amr = scores.values["amr"][order, index]
    (known,) = np.nonzero(~np.isnan(amr) & ~scores.empty[order, index])
    ranked = order[known[np.argsort(amr[known], kind="stable")]].tolist()
    return [*ranked[:count], *ranked[::-1][:count]]
