"""What is tried on the networks: faces drawn with one attribute flipped, and cells deleted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.audit.flips import Counterfactuals, Order, orders, seen
from heed.audit.moves import Cells, Moves
from heed.audit.tables.settings import CausalParams
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.matching import rows_of
from heed.explain.forward import logits_of
from heed.explain.placement import stored_placement
from heed.geometry.affine import from_table
from heed.masks.packing import unpack
from heed.metrics.deletion import (
    cells_of_masks,
    cells_of_pixels,
    filled,
    highest_cells,
    random_cells,
)
from heed.metrics.grid.stored_masks import StoredMasks
from heed.networks.network import Network
from heed.networks.other import OtherNetwork
from heed.process.cores import usable_cores

FACES_AT_ONCE: Final = 24
"""Faces whose flips are drawn before the networks see them."""

DRAWS: Final = 4
"""Sets of cells at random for each face."""

REDRAWN_WITHIN: Final = 1.0
"""Grey levels that a crop may differ from the one that is stored, in the mean: as much as another
machine's decoder makes."""


@dataclass(frozen=True)
class Training:
    """One training of a model, and what is asked of it.

    Attributes:
        model: its name.
        network: on its device.
        file: where its maps are.
        signs: of the logits in what the maps explain, (n, A).
        moves: of the logits, of the same n faces.
    """

    model: str
    network: Network | OtherNetwork
    file: Path
    signs: NDArray[np.int8]
    moves: Moves

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The logits of some crops."""
        return logits_of(self.network, images)


class Crops:
    """The crops of some audited faces, with their names and transforms."""

    def __init__(self, images: list[str], partition: str) -> None:
        cropped = paths.crop_transforms(partition)
        table = pd.read_parquet(cropped)
        self.images = images
        self._rows = rows_of(images, table.image, cropped)
        self.transforms = from_table(table.iloc[self._rows], "a_")
        self._stored = StoredImages(paths.crops(partition))

    def __getitem__(self, face: int) -> NDArray[np.uint8]:
        return self._stored[int(self._rows[face])]


def flip(
    draw: Counterfactuals,
    trainings: list[Training],
    crops: Crops,
    flips: NDArray[np.bool_],
    labels: NDArray[np.int8],
) -> None:
    """Draw faces with one attribute flipped, and note how far the logits move.

    Args:
        draw: what draws the faces of the run again.
        trainings: all of the run.
        crops: of n faces.
        flips: which attributes of these to flip, (n, A).
        labels: of these, -1 or +1, (n, A).

    Raises:
        InputError: a face, drawn again, is not the one that is stored.
    """
    todo = orders(flips, crops.images, crops.transforms)
    check_redrawn(draw, todo[0], crops)
    with (
        ThreadPoolExecutor(usable_cores()) as pool,
        tqdm(total=int(flips.sum()), unit="flip", desc="causal: flips") as progress,
    ):
        # The next faces are drawn while the networks look at these.
        batches = [todo[at : at + FACES_AT_ONCE] for at in range(0, len(todo), FACES_AT_ONCE)]
        waiting = pool.map(draw, batches[0])
        for batch, following in zip(batches, [*batches[1:], []], strict=True):
            drawn, waiting = list(waiting), pool.map(draw, following)
            shown = [
                seen(images, crops[order.row]) for order, images in zip(batch, drawn, strict=True)
            ]
            images = np.concatenate([of[kept] for of, kept in zip(drawn, shown, strict=True)])
            which = [
                (order.row, attribute)
                for order, kept in zip(batch, shown, strict=True)
                for attribute, is_seen in zip(order.attributes, kept, strict=True)
                if is_seen
            ]
            for of_one in trainings if which else ():
                logits = of_one.predict(images).astype(np.float64)
                for (face, attribute), found in zip(which, logits, strict=True):
                    added = labels[face, attribute] < 0
                    of_one.moves.flipped(face, attribute, found, bool(added))
            progress.update(sum(len(order.attributes) for order in batch))


def check_redrawn(draw: Counterfactuals, order: Order, crops: Crops) -> None:
    """Refuse to compare faces that were drawn otherwise.

    Raises:
        InputError: the face, drawn again, is not the one that is stored.
    """
    again, stored = draw.unchanged(order), crops[order.row]
    apart = float(np.abs(again.astype(np.float64) - stored).mean())
    if apart > REDRAWN_WITHIN:
        raise InputError(
            f"{order.image}: drawn again it differs from its stored crop by {apart:.1f} grey "
            "levels in the mean; expected the same face: run `dvc repro`, so that all stages use "
            "the faces of synthetic in params.yaml"
        )


def delete(
    trainings: list[Training],
    crops: Crops,
    faces: NDArray[np.intp],
    rows: NDArray[np.intp],
    masks: StoredMasks,
    params: CausalParams,
) -> None:
    """Delete cells of the maps, of the masks and at random, and note how far the logits move.

    Args:
        trainings: all of the run.
        crops: of the n faces.
        faces: those of them to try, by their place among the n.
        rows: of the n faces among all audited ones, (n,).
        masks: of all audited faces.
        params: how many cells, and what they are filled with.
    """
    for of_one in trainings:
        group = zarr.open_group(of_one.file, mode="r")
        cams, placement = group["cams"], stored_placement(group.attrs.asdict(), str(of_one.file))
        of_masks = partial(cells_of_masks, count=params.cells)
        shared = None
        for face in tqdm(faces.tolist(), unit="face", desc=f"causal: cells, {of_one.model}"):
            row, crop = int(rows[face]), crops[face]
            maps = np.asarray(cams[row])
            cells = maps.shape[-1]
            of_pixels = cells_of_pixels(len(crop), cells, placement)
            if shared is None or not masks.shared:
                (packed,) = masks.packed(slice(row, row + 1))
                shared = of_masks(unpack(packed), of_pixels)[masks.region_of_attribute]
            of_one.moves.deleted(
                face,
                crop,
                filled(crop, params.fill, placement.x.stride),
                of_pixels,
                Cells(
                    top=highest_cells(maps.reshape(len(maps), -1), params.cells),
                    mask=shared,
                    random=random_cells(
                        cells**2, params.cells, DRAWS, np.random.default_rng([params.seed, row])
                    ),
                    signs=np.where((maps > 0).any(axis=(1, 2)), of_one.signs[face], 0),
                ),
                of_one.predict,
            )
