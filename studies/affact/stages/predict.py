"""Stage ``predict``: the logits of one network on the four test sets."""

from heed.pipeline.stage import run

import sys
from functools import reduce

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm

from heed.affact import paths
from heed.affact.decisions import CROPS
from heed.affact.settings import PredictParams
from heed.affact.ten_crops import ten_crops
from heed.affact.test_sets import SETS
from heed.base.arrays import StoredImages
from heed.base.files import images_digest, write_table, written_whole
from heed.base.matching import rows_of
from heed.base.settings import load
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.modes import evaluation_mode
from heed.geometry.settings import CropParams
from heed.networks.network import Network
from heed.networks.weights import load_network

CHUNK = 256


def main() -> None:
    """Write ``data/predictions/<network>.zarr`` and ``.parquet``, faces that all sets have."""
    name = sys.argv[1]
    size, batch_size = load(CropParams).size, load(PredictParams).batch_size
    network = load_network(paths.network(name), len(ATTRIBUTES))
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    of_set = {key: pd.read_parquet(paths.transforms(key)).image for key in SETS}
    images = reduce(lambda kept, other: kept[kept.isin(other)], of_set.values())

    with (
        written_whole(paths.logits(name)) as partial,
        tqdm(total=len(SETS) * len(images), unit="face", desc=f"predict {name}") as progress,
        new_store(partial) as group,
    ):
        group.attrs["images_sha256"] = images_digest(images)
        for key, among in of_set.items():
            rows = rows_of(images, among, paths.transforms(key))
            crops = StoredImages(paths.images(key))
            shape = (CROPS, len(ATTRIBUTES)) if key == "C" else (len(ATTRIBUTES),)
            dimensions = ("image", *(("crop",) if key == "C" else ()), "attribute")
            chunks = (CHUNK, *shape)
            array = create_array(group, key, (len(rows), *shape), "float32", chunks, dimensions)
            for start in range(0, len(rows), CHUNK):
                chunk = crops[rows[start : start + CHUNK]]
                cut = size if key == "C" else None
                array[start : start + len(chunk)] = logits(network, chunk, batch_size, cut)
                progress.update(len(chunk))
        add_coordinates(group, {"image": images, "attribute": ATTRIBUTES})
        write_table(pd.DataFrame({"image": images}), paths.predicted_images(name))
    print(f"predict {name}: {len(images)} faces of {len(of_set['A'])} are in all sets")


@torch.inference_mode()
def logits(network: Network, images: np.ndarray, batch_size: int, cut: int | None) -> np.ndarray:
    """(B, 40) logits of images (B, S, S, 3) uint8; (B, 10, 40) of ten crops of side ``cut``."""
    parts = []
    step = batch_size if cut is None else max(1, batch_size // CROPS)
    with evaluation_mode(network):
        for start in range(0, len(images), step):
            batch = torch.from_numpy(images[start : start + step]).to(network.mean.device)
            pixels = batch.permute(0, 3, 1, 2).contiguous()
            if cut is not None:
                pixels = ten_crops(pixels, cut).flatten(0, 1)  # (B·10, 3, S, S)
            answer = network(pixels.float() / 255)
            parts.append(answer if cut is None else answer.unflatten(0, (-1, CROPS)))
    return torch.cat(parts).float().cpu().numpy()


if __name__ == "__main__":
    run(main)
