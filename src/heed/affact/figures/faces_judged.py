"""Faces with the share of attributes that networks get right (Chavannes 2021, 3.5 and 6.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from heed.affact.figures.catalogue import figure
from heed.base.errors import InputError
from heed.figures.picture_grid import note, picture_grid

Floats = NDArray[np.float64]

MOST_IN_A_ROW: Final = 6


def share_right(decisions: ArrayLike, labels: ArrayLike) -> Floats:
    """Share of correct decisions of a network on each face.

    Args:
        decisions: (N, 40) 1 where the attribute is decided present, -1 where absent; NaN: no
            decision.
        labels: (N, 40) 1 and -1; NaN or 0: no label.

    Returns:
        (N,) float64 over the attributes with decision and label; NaN without any.

    Raises:
        ValueError: if the two differ in shape.
    """
    decided, labelled = np.asarray(decisions, np.float64), np.asarray(labels, np.float64)
    if decided.shape != labelled.shape:
        raise InputError(
            f"decisions {decided.shape} and labels {labelled.shape} differ in shape; expected "
            "one decision for each label"
        )
    known = np.isin(decided, (-1, 1)) & np.isin(labelled, (-1, 1))
    right = (decided == labelled) & known
    counts = known.sum(axis=-1)
    return np.where(counts > 0, right.sum(axis=-1) / np.maximum(counts, 1), np.nan)


def choose_faces(share: ArrayLike, count: int) -> NDArray[np.intp]:
    """Choose faces evenly spaced over the share of correct decisions, the best first.

    The shares, not their ranks, are spread evenly: between the best and the worst face, each
    further one has the share nearest to its place.

    Args:
        share: (N,) of each face; faces with NaN are not chosen.
        count: how many rows; all of them if there are fewer. One row is the median.

    Returns:
        Different rows, the highest share first; of equal shares the first row is taken.

    Example:
        >>> choose_faces([0.9, 0.5, 0.92, 0.7, 0.91], 3).tolist()
        [2, 3, 1]
    """
    shares = np.asarray(share, np.float64)
    free = np.flatnonzero(~np.isnan(shares)).tolist()
    if not free:
        return np.empty(0, np.intp)
    known = shares[free]
    places = np.linspace(known.max(), known.min(), count) if count > 1 else [np.median(known)]
    chosen: list[int] = []
    # Both ends first: a face near an end must not take the place of the end itself.
    for place in (places[0], places[-1], *places[1:-1])[: min(count, len(free))]:
        nearest = min(free, key=lambda row: abs(shares[row] - place))
        free.remove(nearest)
        chosen.append(nearest)
    return np.array(sorted(chosen, key=lambda row: (-shares[row], row)), np.intp)


@dataclass(frozen=True, eq=False)
class Judged:
    """What some networks decide about the same N faces.

    Attributes:
        decisions: by network (N, 40), 1: present, -1: absent.
        labels: (N, 40), 1 and -1.
    """

    decisions: Mapping[str, NDArray[np.int8]]
    labels: NDArray[np.int8]

    @property
    def shares(self) -> dict[str, NDArray[np.float64]]:
        """By network (N,) share of right decisions."""
        return {name: share_right(of, self.labels) for name, of in self.decisions.items()}

    def chosen(self, count: int) -> NDArray[np.intp]:
        """Rows of ``count`` faces from the best to the worst, by the networks' mean share."""
        return choose_faces(np.mean(list(self.shares.values()), axis=0), count)

    def rows(self, rows: NDArray[np.intp]) -> "Judged":
        """The same for some of the faces."""
        return Judged({name: of[rows] for name, of in self.decisions.items()}, self.labels[rows])


def draw_faces_judged(
    pictures: Sequence[NDArray[np.uint8]], shares: Mapping[str, ArrayLike]
) -> Figure:
    """Draw faces in rows, below each the share of right attributes of every network.

    Args:
        pictures: K crops as the networks saw them, (S, S, 3) uint8 RGB.
        shares: by network (K,) fractions; NaN: a dash.

    Returns:
        A figure of at most six faces in a row; a note where there is no face.
    """
    if not pictures:
        return note("No face of this test set has a decision and a label.")
    rows = -(-len(pictures) // MOST_IN_A_ROW)
    across = -(-len(pictures) // rows)
    cells: list[NDArray[np.uint8] | None] = [*pictures]
    captions: list[str | None] = [
        "\n".join(f"{name}: {percent(np.asarray(of[face]))}" for name, of in _arrays(shares))
        for face in range(len(pictures))
    ]
    free = rows * across - len(pictures)
    cells += [None] * free
    captions += [None] * free
    starts = range(0, rows * across, across)
    return picture_grid(
        [cells[start : start + across] for start in starts],
        captions=[captions[start : start + across] for start in starts],
    )


def percent(share: ArrayLike) -> str:
    """A share as it is printed; a dash for NaN."""
    number = float(np.asarray(share))
    return "–" if np.isnan(number) else f"{100 * number:.1f} %"


def _arrays(shares: Mapping[str, ArrayLike]) -> list[tuple[str, Floats]]:
    return [(name, np.asarray(of_network, np.float64)) for name, of_network in shares.items()]


@figure(
    "faces_judged",
    kind="faces",
    number={"A": "3.5", "T": "6.2"},
    each="test_set",
    title="Accuracy on single faces of test set {test_set}",
    caption=(
        "Faces of test set {test_set} as the networks saw them, with the share of the 40 "
        "attributes that each network decides correctly. The faces are evenly spaced over the "
        "mean of these shares, from the highest to the lowest."
    ),
    needs=("shown",),
)
def _of_run(
    shown: Mapping[str, tuple[Sequence[NDArray[np.uint8]], Judged]], test_set: str
) -> Figure:
    pictures, judged = shown[test_set]
    return draw_faces_judged(pictures, judged.shares)
