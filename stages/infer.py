"""Stage ``infer``: the one forward pass of each replicate of a model over the audited faces."""

from heed.pipeline.stage import run

import sys

import numpy as np
import pandas as pd
import torch
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import images_digest, write_table, written_whole
from heed.base.matching import rows_of
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.batch_size import fitting_batch
from heed.explain.catalogue import METHODS
from heed.explain.devices import device_named
from heed.explain.explainers import AnyExplainer, explainer_of, placements_of
from heed.explain.forward import Explained
from heed.explain.other_network import Places
from heed.explain.placement import PLACEMENTS
from heed.explain.settings import InferParams
from heed.explain.stream import CHUNK, stream
from heed.geometry.settings import FrontalParams
from heed.networks.weights import load_network


def main() -> None:
    """Write the folders ``data/predictions/<model>`` and ``data/maps/<model>``."""
    model = sys.argv[1]
    params = load(InferParams)
    device = device_named(params.device, "infer.device")
    names, rows, crops = audited_crops(load(FrontalParams).partition)
    weights = replicates(paths.networks(model))
    places: Places = {}
    with (
        written_whole(paths.maps(model)) as maps,
        written_whole(paths.predictions(model)) as predictions,
        tqdm(total=len(rows) * len(weights), unit="face", desc=f"infer {model}") as progress,
    ):
        for file in weights:
            network = load_network(file, len(ATTRIBUTES), run_python=True)
            network.to(device)
            methods = {name: METHODS[name] for name in params.methods}
            image = crops[rows[:1]]
            explainer = explainer_of(
                network, methods, params.layer, image, len(ATTRIBUTES), params.precision, places
            )
            batch_size = params.batch_size
            if batch_size == "auto":
                zeros = torch.zeros(1, 3, *crops.shape[1:3], device=device)
                batch_size = fitting_batch(network, zeros, params.memory * 2**20, CHUNK)
            with new_store(maps / f"{file.stem}.zarr") as group:
                said = {"layer": explainer.layer, "images_sha256": images_digest(names)}
                group.attrs.update(said)
                add_coordinates(group, {"image": names, "attribute": ATTRIBUTES})
                values = explain(explainer, crops, rows, batch_size, group, progress)
            columns = [
                f"{kind}.{name}" for kind in ("logit", "contribution") for name in ATTRIBUTES
            ]
            table = pd.DataFrame(values, columns=columns)
            table.insert(0, "image", names)
            write_table(table, predictions / f"{file.stem}.parquet")
    print(f"infer {model}: {len(rows)} faces, maps by {', '.join(params.methods)}")


def audited_crops(partition: str) -> tuple[NDArray[np.object_], NDArray[np.int64], StoredImages]:
    """The names of the audited faces, and their rows among the stored crops."""
    frontal = pd.read_parquet(paths.FRONTAL)
    names = frontal.image[frontal.kept].to_numpy()
    cropped = paths.crop_transforms(partition)
    images = pd.read_parquet(cropped).image
    rows = rows_of(names, images, cropped)
    crops = StoredImages(paths.crops(partition))
    if len(crops) != len(images):
        raise InputError(
            f"{paths.crops(partition)}: found {len(crops)} crops for the {len(images)} images of "
            f"{cropped}; run `dvc repro crop`"
        )
    return names, rows, crops


def explain(
    explainer: AnyExplainer,
    crops: StoredImages,
    rows: NDArray[np.int64],
    batch_size: int,
    group: zarr.Group,
    progress: "tqdm[None]",
) -> NDArray[np.float32]:
    """Store the maps of some crops; returns their logits and contributions side by side."""
    predictions = np.empty((len(rows), 2 * len(ATTRIBUTES)), np.float32)
    # One face tells how large the grid is, here: torch.fx, which follows the layers, would meet
    # the passes of another thread.
    arrays: dict[str, zarr.Array] = {}
    for name, maps in explainer(crops[rows[:1]], 1).maps.items():
        grid = maps.shape[1:]
        shape, chunks, axes = (len(rows), *grid), (CHUNK, *grid), ("image", "attribute", "y", "x")
        arrays[name] = create_array(group, name, shape, "float32", chunks, axes)
    placements, untold = placements_of(explainer, crops.shape[1], grid[1])
    group.attrs[PLACEMENTS] = {rule: each.attributes() for rule, each in placements.items()}
    if untold:
        print(f"infer: {untold}. Its maps can be drawn with cam.placement: half_pixel alone")

    def store(chunk: slice, result: Explained) -> None:
        predictions[chunk] = np.hstack([result.logits, result.contribution])
        for name, maps in result.maps.items():
            arrays[name][chunk] = maps
        progress.update(len(result.logits))

    device = next(explainer.network.parameters()).device
    stream(explainer, crops, rows, batch_size, store, device)
    if not explainer.affine:
        predictions[:, len(ATTRIBUTES) :] = np.nan  # also where it still seemed to be
    return predictions


if __name__ == "__main__":
    run(main)
