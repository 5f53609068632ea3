"""Stage causal: what the networks use, by attributes flipped in drawn faces and by deleted cells.

Photographs cannot be drawn again: with them only cells are deleted.
"""

from heed.pipeline.stage import run

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.audit.flips import Counterfactuals, Order, chosen_faces, orders, possible_flips, seen
from heed.audit.models import load_models, replicates_of
from heed.audit.moves import Cells, Moves
from heed.audit.tables.causal import causal_table
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.score_table import prediction_columns
from heed.audit.tables.settings import AggregateParams, CausalParams
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import images_digest, write_csv
from heed.base.matching import check_same_images, rows_of
from heed.base.replicates import same_replicate
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.celeba.persons import persons_of
from heed.celeba.settings import DataParams
from heed.explain.forward import logits_of
from heed.explain.placement import stored_placement
from heed.explain.signs import target_signs
from heed.geometry.affine import from_table
from heed.geometry.settings import CropParams, FrontalParams
from heed.masks.packing import unpack
from heed.masks.settings import MaskParams
from heed.metrics.deletion import (
    cells_of_masks,
    cells_of_pixels,
    filled,
    highest_cells,
    random_cells,
)
from heed.metrics.grid.stored_masks import StoredMasks
from heed.networks.network import Network
from heed.networks.weights import load_network
from heed.process.cores import usable_cores
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe

FACES_AT_ONCE = 24
"""Faces whose flips are drawn before the networks see them."""

DRAWS = 4
"""Sets of cells at random for each face."""

REDRAWN_WITHIN = 1.0
"""Grey levels that a crop may differ from the one that is stored, in the mean: as much as another
machine's decoder makes."""


def main() -> None:
    """Write ``metrics/tables/causal.csv``."""
    params, bootstrap, data = load(CausalParams), load(AggregateParams), load(DataParams)
    partition = load(FrontalParams).partition
    faces = pd.read_parquet(paths.FACES, columns=["image", "identity", "partition", *ATTRIBUTES])
    frontal = pd.read_parquet(paths.FRONTAL)
    audited = frontal.image[frontal.kept].to_numpy()
    labels = labels_of(audited, faces, paths.FACES)
    persons = persons_of(audited, faces, paths.FACES)
    draw = counterfactuals(data) if data.source == "synthetic" else None
    flips = np.zeros(labels.shape, np.bool_)
    if draw:
        possible = possible_flips(labels, draw.studio.copula, partition)
        flips = chosen_faces(possible, persons, params.faces)
    (deleted,) = np.nonzero(
        chosen_faces(np.ones((len(audited), 1), np.bool_), persons, params.faces)[:, 0]
    )
    rows = np.union1d(np.flatnonzero(flips.any(axis=1)), deleted)
    trainings = [
        training(model, maps, audited, rows, labels)
        for model, entry in load_models().items()
        for maps in replicates_of(model, entry, paths.cams(model))
    ]
    crops = Crops(audited[rows].tolist(), partition)
    if draw:
        flip(draw, trainings, crops, flips[rows], labels[rows])
    delete(trainings, crops, np.searchsorted(rows, deleted), rows, params)
    moves: dict[str, list[Moves]] = {}
    for of_one in trainings:
        moves.setdefault(of_one.model, []).append(of_one.moves)
    table = causal_table(
        moves,
        persons[rows],
        training_counts(faces).order,
        resamples=bootstrap.resamples,
        confidence=bootstrap.confidence,
        seed=bootstrap.seed,
        # Fewer faces than groups have elsewhere are tried here: all of them are enough.
        least_faces=min(bootstrap.least_faces, params.faces),
    )
    write_csv(rounded_table(table), paths.table("causal"))
    print(f"causal: {flips.sum()} flips, {params.cells} cells deleted in {len(deleted)} faces")


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
    network: Network
    file: Path
    signs: NDArray[np.int8]
    moves: Moves

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The logits of some crops."""
        return logits_of(self.network, images)


def training(
    model: str,
    maps: Path,
    audited: NDArray[np.object_],
    rows: NDArray[np.intp],
    labels: NDArray[np.int8],
) -> Training:
    """Load one training with its logits of the faces in ``rows``."""
    predicted = same_replicate(paths.predictions(model), maps)
    predictions = pd.read_parquet(predicted)
    attributes = zarr.open_group(maps, mode="r").attrs.asdict()
    masks = StoredMasks(paths.masks(load(MaskParams).version))
    check_same_images(
        {
            paths.FRONTAL: images_digest(audited),
            str(predicted): images_digest(predictions["image"]),
            str(maps): attributes["images_sha256"],
            masks.path: masks.images_sha256,
        }
    )
    logits = prediction_columns(predictions, "logit", str(predicted)).astype(np.float64)
    network = load_network(same_replicate(paths.networks(model), maps), len(ATTRIBUTES))
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    signs = target_signs(attributes["target"], logits[rows], labels[rows])
    return Training(model, network, maps, signs, Moves(logits[rows], logits.std(axis=0)))


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


def counterfactuals(data: DataParams) -> Counterfactuals:
    """What draws the faces of the run again."""
    crop = load(CropParams)
    recipe = Recipe(**load(SyntheticParams).model_dump())
    return Counterfactuals(recipe, data.images, crop.size, crop.sampling)


def flip(
    draw: Counterfactuals,
    trainings: list[Training],
    crops: Crops,
    flips: NDArray[np.bool_],
    labels: NDArray[np.int8],
) -> None:
    """Draw faces with one attribute flipped, and note how far the logits move."""
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
    params: CausalParams,
) -> None:
    """Delete cells of the maps, of the masks and at random, and note how far the logits move."""
    masks = StoredMasks(paths.masks(load(MaskParams).version))
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


if __name__ == "__main__":
    run(main)
