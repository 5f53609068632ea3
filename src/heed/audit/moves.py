"""How far logits move when an attribute is flipped, or when cells of the crop are deleted."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heed.metrics.deletion import Bools, without_cells

Floats = NDArray[np.float64]
Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""From crops, (B, S, S, 3), to logits, (B, A)."""


@dataclass
class Moves:
    """How far the logits of one training moved, (N, A) each; NaN where nothing was tried.

    Attributes:
        logits: of the faces as they are, (N, A).
        deviation: standard deviation of each logit over all audited faces, (A,): the unit of
            what is compared over attributes.
        flip: the attribute's own logit, towards where the drawing went: above 0 where it rose for
            an attribute that was added, or fell for one that was taken away. In logits.
        off_target: the mean of the other logits' distances, each in its own deviations.
        first: 1 where no other logit moved further, in deviations, else 0.
        top: how far the explained logit fell when the top cells of its own map were deleted: of the
            target that the maps explain, so above 0 where the decision became weaker. In logits.
        random: the same for as many cells at random, the mean of some draws.
        mask: the same for the cells of its mask.
    """

    logits: Floats
    deviation: Floats
    flip: Floats = field(init=False)
    off_target: Floats = field(init=False)
    first: Floats = field(init=False)
    top: Floats = field(init=False)
    random: Floats = field(init=False)
    mask: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Nothing was tried yet."""
        for name in ("flip", "off_target", "first", "top", "random", "mask"):
            setattr(self, name, np.full(self.logits.shape, np.nan))

    def flipped(self, face: int, attribute: int, logits: Floats, added: bool) -> None:
        """Note what flipping one attribute of one face did.

        Args:
            face: its row.
            attribute: which was flipped.
            logits: of the flipped face, (A,).
            added: whether the face has the attribute now; else it had it before.
        """
        change = logits - self.logits[face]
        distance = np.abs(change) / np.where(self.deviation > 0, self.deviation, np.nan)
        others = np.delete(distance, attribute)
        self.flip[face, attribute] = change[attribute] if added else -change[attribute]
        self.off_target[face, attribute] = np.nanmean(others) if np.any(others >= 0) else np.nan
        self.first[face, attribute] = distance[attribute] >= np.nanmax(others, initial=0)

    def deleted(
        self,
        face: int,
        crop: NDArray[np.uint8],
        filling: NDArray[np.uint8],
        of_pixels: NDArray[np.intp],
        cells: "Cells",
        predict: Predict,
    ) -> None:
        """Delete cells of one face, and note how far the explained logits fell.

        Args:
            face: its row.
            crop: (S, S, 3).
            filling: what takes the place of deleted cells, (S, S, 3).
            of_pixels: the cell of each pixel, (S, S).
            cells: which cells go.
            predict: the network.
        """
        own = np.concatenate([cells.top, cells.mask])
        # Attributes share masks, and some their maps: each set of cells is deleted once.
        distinct, which = np.unique(own, axis=0, return_inverse=True)
        logits = predict(
            without_cells(crop, np.concatenate([distinct, cells.random]), of_pixels, filling)
        )
        fell = cells.signs * (self.logits[face] - logits)  # (M, A)
        attributes = np.arange(len(cells.signs))
        top, mask = which.reshape(2, -1)
        known = cells.signs != 0
        self.top[face] = np.where(known, fell[top, attributes], np.nan)
        self.random[face] = np.where(known, fell[len(distinct) :].mean(axis=0), np.nan)
        of_mask = known & cells.mask.any(axis=1)
        self.mask[face] = np.where(of_mask, fell[mask, attributes], np.nan)


@dataclass(frozen=True)
class Cells:
    """Which cells of one face are deleted.

    Attributes:
        top: those of each attribute's map, (A, C) bool.
        mask: those of its mask, (A, C) bool; none where the mask is empty.
        random: in each of D draws, (D, C) bool.
        signs: of the logits in what the maps explain, (A,): -1 or 1; 0 where the map is empty, and
            says nothing.
    """

    top: Bools
    mask: Bools
    random: Bools
    signs: NDArray[np.int8]
