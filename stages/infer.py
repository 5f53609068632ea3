"""Stage ``infer``: the one forward pass of each replicate of a model over the audited faces."""

from heed.pipeline.stage import run

import sys
from typing import Any

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
from heed.base.stores import create_array
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer
from heed.explain.placement import PLACEMENTS, Placement, PlacementError, PlacementRule
from heed.explain.receptive_field import receptive_field
from heed.explain.settings import InferParams
from heed.geometry.settings import FrontalParams
from heed.networks.network import Network
from heed.networks.weights import load_network

CHUNK = 256


def main() -> None:
    """Write the folders ``data/predictions/<model>`` and ``data/maps/<model>``."""
    model = sys.argv[1]
    params = load(InferParams)
    names, rows, crops = audited_crops(load(FrontalParams).partition)
    weights = replicates(paths.networks(model))
    with (
        written_whole(paths.maps(model)) as maps,
        written_whole(paths.predictions(model)) as predictions,
        tqdm(total=len(rows) * len(weights), unit="face", desc=f"infer {model}") as progress,
    ):
        for file in weights:
            network = load_network(file, len(ATTRIBUTES))
            network.to("cuda" if torch.cuda.is_available() else "cpu")
            methods = {name: METHODS[name] for name in params.methods}
            explainer = Explainer(network, methods, params.layer)
            group = zarr.open_group(maps / f"{file.stem}.zarr", mode="w")
            group.attrs.update({"layer": params.layer, "images_sha256": images_digest(names)})
            values = explain(explainer, crops, rows, params.batch_size, group, progress)
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
    explainer: Explainer,
    crops: StoredImages,
    rows: NDArray[np.int64],
    batch_size: int,
    group: zarr.Group,
    progress: "tqdm[None]",
) -> NDArray[np.float32]:
    """Store the maps of some crops; returns their logits and contributions side by side."""
    predictions = np.empty((len(rows), 2 * len(ATTRIBUTES)), np.float32)
    arrays: dict[str, zarr.Array] = {}
    for start in range(0, len(rows), CHUNK):
        chunk = slice(start, start + CHUNK)
        faces = crops[rows[chunk]]
        result = explainer(faces, batch_size)
        predictions[chunk] = np.hstack([result.logits, result.contribution])
        for name, maps in result.maps.items():
            if name not in arrays:  # the first batch tells how large the grid is
                grid = maps.shape[1:]
                group.attrs[PLACEMENTS] = placements(explainer.network, faces.shape[1], grid[1])
                shape = (len(rows), *grid)
                axes = ("image", "attribute", "y", "x")
                arrays[name] = create_array(group, name, shape, "float32", (CHUNK, *grid), axes)
            arrays[name][chunk] = maps
        progress.update(len(faces))
    return predictions


def placements(network: Network, size: int, cells: int) -> dict[PlacementRule, Any]:
    """Where the cells of the maps lie, by each rule, as the maps keep it.

    A network of one's own whose layers do not say where its cells look can still be audited by
    the half-pixel rule.
    """
    found: dict[PlacementRule, Any] = {}
    try:
        found["receptive_field"] = receptive_field(network.trunk).attributes()
    except PlacementError as error:
        print(f"infer: {error}. Its maps can be drawn with cam.placement: half_pixel alone")
    return found | {"half_pixel": Placement.half_pixel(size, cells).attributes()}


if __name__ == "__main__":
    run(main)
