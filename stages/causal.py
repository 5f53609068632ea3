"""Stage causal: what the networks use, by attributes flipped in drawn faces and by deleted cells.

Photographs cannot be drawn again: with them only cells are deleted.
"""

from heed.pipeline.stage import run

from pathlib import Path

import numpy as np
import pandas as pd
import torch
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.causal_trials import Crops, Training, delete, flip
from heed.audit.flip_store import ShownFlips, write_flips
from heed.audit.flips import Counterfactuals, chosen_faces, orders, possible_flips
from heed.audit.mask_settings import MaskParams
from heed.audit.models import load_models, replicates_of
from heed.audit.moves import Moves
from heed.audit.shown_flips import draw_flips
from heed.audit.tables.causal import causal_table
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.scales import evenly
from heed.audit.tables.score_table import prediction_columns
from heed.audit.tables.settings import AggregateParams, CausalParams
from heed.base.files import images_digest, write_csv
from heed.base.matching import check_same_images
from heed.base.replicates import same_replicate
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.celeba.persons import persons_of
from heed.celeba.settings import DataParams
from heed.explain.signs import target_signs
from heed.geometry.settings import CropParams, FrontalParams
from heed.metrics.grid.stored_masks import StoredMasks
from heed.networks.weights import load_network
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe


def main() -> None:
    """Write ``metrics/tables/causal.csv`` and ``data/flips.zarr``."""
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
    masks = StoredMasks(paths.masks(load(MaskParams).version))
    trainings = [
        training(model, maps, audited, rows, labels, masks)
        for model, entry in load_models().items()
        for maps in replicates_of(model, entry, paths.cams(model))
    ]
    crops = Crops(audited[rows].tolist(), partition)
    shown = None
    if draw:
        flip(draw, trainings, crops, flips[rows], labels[rows])
        first = {of_one.model: of_one for of_one in reversed(trainings)}
        shown = switched(draw, params.shown, possible, Crops(audited.tolist(), partition), labels,
                         {name: first[name] for name in load_models()})  # fmt: skip
    write_flips(shown, paths.FLIPS)
    delete(trainings, crops, np.searchsorted(rows, deleted), rows, masks, params)
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


def switched(
    draw: Counterfactuals,
    count: int,
    possible: NDArray[np.bool_],
    crops: Crops,
    labels: NDArray[np.int8],
    trainings: dict[str, Training],
) -> ShownFlips:
    """Some audited faces, evenly spaced, with everything switched that can be."""
    faces = evenly(len(labels), count)
    chosen = np.zeros_like(possible)
    chosen[faces] = possible[faces]
    todo = orders(chosen, crops.images, crops.transforms)
    return draw_flips(draw, todo, {of.row: crops[of.row] for of in todo}, labels, trainings)


def training(
    model: str,
    maps: Path,
    audited: NDArray[np.object_],
    rows: NDArray[np.intp],
    labels: NDArray[np.int8],
    masks: StoredMasks,
) -> Training:
    """Load one training with its logits of the faces in ``rows``."""
    predicted = same_replicate(paths.predictions(model), maps)
    predictions = pd.read_parquet(predicted)
    attributes = zarr.open_group(maps, mode="r").attrs.asdict()
    check_same_images(
        {
            paths.FRONTAL: images_digest(audited),
            str(predicted): images_digest(predictions["image"]),
            str(maps): attributes["images_sha256"],
            masks.path: masks.images_sha256,
        }
    )
    logits = prediction_columns(predictions, "logit", str(predicted)).astype(np.float64)
    weights = same_replicate(paths.networks(model), maps)
    network = load_network(weights, len(ATTRIBUTES), run_python=True)
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    signs = target_signs(attributes["target"], logits[rows], labels[rows])
    return Training(model, network, maps, signs, Moves(logits[rows], logits.std(axis=0)))


def counterfactuals(data: DataParams) -> Counterfactuals:
    """What draws the faces of the run again."""
    crop = load(CropParams)
    recipe = Recipe(**load(SyntheticParams).model_dump())
    return Counterfactuals(recipe, data.images, crop.size, crop.sampling)


if __name__ == "__main__":
    run(main)
