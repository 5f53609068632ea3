"""Stage ``infer``: the one forward pass of one model over the audited faces."""

from heed.pipeline.stage import run

import sys

import numpy as np
import pandas as pd
import torch
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import create_array, images_digest, write_table, written_whole
from heed.base.matching import rows_of
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer
from heed.explain.settings import InferParams
from heed.geometry.settings import FrontalParams
from heed.networks.weights import load_network

CHUNK = 256


def main() -> None:
    """Write ``data/predictions/<model>.parquet`` and ``data/maps/<model>.zarr``."""
    model = sys.argv[1]
    params, partition = load(InferParams), load(FrontalParams).partition
    network = load_network(paths.network(model), len(ATTRIBUTES))
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    explainer = Explainer(network, {name: METHODS[name] for name in params.methods}, params.layer)

    frontal = pd.read_parquet(paths.FRONTAL)
    names = frontal.image[frontal.kept]
    cropped = paths.crop_transforms(partition)
    images = pd.read_parquet(cropped).image
    rows = rows_of(names, images, cropped)
    crops = StoredImages(paths.crops(partition))
    if len(crops) != len(images):
        raise InputError(
            f"{paths.crops(partition)}: found {len(crops)} crops for the {len(images)} images of "
            f"{cropped}; run `dvc repro crop`"
        )

    predictions = np.empty((len(rows), 2 * len(ATTRIBUTES)), np.float32)
    with written_whole(paths.maps(model)) as partial:
        group = zarr.open_group(partial, mode="w")
        group.attrs.update({"layer": params.layer, "images_sha256": images_digest(names)})
        arrays: dict[str, zarr.Array] = {}
        with tqdm(total=len(rows), unit="face", desc=f"infer {model}") as progress:
            for start in range(0, len(rows), CHUNK):
                chunk = slice(start, start + CHUNK)
                faces = crops[rows[chunk]]
                result = explainer(faces, params.batch_size)
                predictions[chunk] = np.hstack([result.logits, result.contribution])
                for name, maps in result.maps.items():
                    if name not in arrays:  # the first batch tells how large the grid is
                        grid = maps.shape[1:]
                        shape = (len(rows), *grid)
                        arrays[name] = create_array(group, name, shape, "float32", (CHUNK, *grid))
                    arrays[name][chunk] = maps
                progress.update(len(faces))
        columns = [f"{kind}.{name}" for kind in ("logit", "contribution") for name in ATTRIBUTES]
        table = pd.DataFrame(predictions, columns=columns)
        table.insert(0, "image", names.to_numpy())
        write_table(table, paths.predictions(model))
    print(f"infer {model}: {len(rows)} faces, maps by {', '.join(params.methods)}")


if __name__ == "__main__":
    run(main)
