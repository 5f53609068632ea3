"""Stage ``cams``: the signed maps of the chosen method and target, of one model."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

import pandas as pd
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.base.files import images_digest, written_whole
from heed.base.matching import check_same_images
from heed.base.replicates import replicates, same_replicate
from heed.base.settings import load
from heed.base.stores import add_coordinates, along, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.explain.placement import CHOSEN, stored_placement
from heed.explain.settings import CamParams
from heed.explain.signs import target_signs
from heed.explain.stored_maps import StoredMaps

CHUNK = 256


def main() -> None:
    """Write the folder ``data/cams/<model>``."""
    model, params = sys.argv[1], load(CamParams)
    faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
    with written_whole(paths.cams(model)) as partial:
        for maps in replicates(paths.maps(model)):
            predictions = same_replicate(paths.predictions(model), maps)
            n = sign(maps, predictions, faces, params, partial / maps.name)
    print(f"cams {model}: {params.method}, target {params.target}, {params.placement}, {n} faces")


def sign(
    source: Path, predicted: Path, faces: pd.DataFrame, params: CamParams, target: Path
) -> int:
    """Write the signed maps of one replicate; returns the number of faces."""
    maps = zarr.open_group(source, mode="r")
    predictions = pd.read_parquet(predicted)
    raw = StoredMaps.of(maps, params.method, str(source))
    check_same_images(
        {
            str(source): maps.attrs.get("images_sha256"),
            str(predicted): images_digest(predictions.image),
        }
    )
    placement = stored_placement(maps.attrs.asdict(), str(source), params.placement)
    labels = labels_of(predictions.image, faces, paths.FACES)
    logits = predictions[[f"logit.{name}" for name in ATTRIBUTES]].to_numpy()
    signs = target_signs(params.target, logits, labels)

    chosen = {"method": params.method, "target": params.target, CHOSEN: params.placement}
    title = f"cams {source.parent.name} {source.stem}"
    with new_store(target) as group:
        group.attrs.update({**maps.attrs, **chosen})
        chunks = (CHUNK, *raw.shape[1:])
        names = ("image", "attribute", "y", "x")
        cams = create_array(group, "cams", raw.shape, "float32", chunks, names)
        places = {"y": along(placement.y, raw.shape[2]), "x": along(placement.x, raw.shape[3])}
        add_coordinates(group, {"image": predictions.image, "attribute": ATTRIBUTES} | places)
        for start in tqdm(range(0, len(signs), CHUNK), unit="chunk", desc=title):
            chunk = slice(start, start + CHUNK)
            cams[chunk] = raw.signed(chunk, signs[chunk])
    return len(signs)


if __name__ == "__main__":
    run(main)
