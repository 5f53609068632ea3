"""Stage ``cams``: the signed maps of the chosen method and target, of one model."""

from heed.pipeline.stage import run

import sys

import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.base.errors import InputError
from heed.base.files import create_array, images_digest, written_whole
from heed.base.matching import check_same_images
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.explain.settings import CamParams
from heed.explain.signs import target_signs

CHUNK = 256


def main() -> None:
    """Write ``data/cams/<model>.zarr``."""
    model = sys.argv[1]
    params = load(CamParams)
    maps = zarr.open_group(paths.maps(model), mode="r")
    predictions = pd.read_parquet(paths.predictions(model))
    if params.method not in maps:
        raise InputError(
            f"cam.method: found {params.method}, but data/maps/{model}.zarr holds "
            f"{', '.join(sorted(maps.array_keys()))}; add {params.method} to infer.methods"
        )
    check_same_images(
        {
            paths.maps(model): maps.attrs.get("images_sha256"),
            paths.predictions(model): images_digest(predictions.image),
        }
    )
    faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
    labels = labels_of(predictions.image, faces, paths.FACES)
    logits = predictions[[f"logit.{name}" for name in ATTRIBUTES]].to_numpy()
    signs = target_signs(params.target, logits, labels)

    raw = zarr.open_array(paths.maps(model), path=params.method, mode="r")
    with written_whole(paths.cams(model)) as partial:
        group = zarr.open_group(partial, mode="w")
        group.attrs.update({**maps.attrs, "method": params.method, "target": params.target})
        cams = create_array(
            group, "cams", shape=raw.shape, dtype="float32", chunks=(CHUNK, *raw.shape[1:])
        )
        for start in tqdm(range(0, len(signs), CHUNK), unit="chunk", desc=f"cams {model}"):
            chunk = slice(start, start + CHUNK)
            cams[chunk] = np.asarray(raw[chunk]) * signs[chunk, :, None, None]
    print(f"cams {model}: {params.method}, target {params.target}, {len(signs)} faces")


if __name__ == "__main__":
    run(main)
