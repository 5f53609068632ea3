"""Stage ``score``: compare every map of one model with the mask of its attribute."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.audit.counted_pixels import counted_pixels
from heed.audit.mask_settings import MaskParams
from heed.audit.tables.score_table import prediction_columns, score_table, under
from heed.base.files import images_digest, written_whole
from heed.base.matching import check_same_images
from heed.base.replicates import replicates, same_replicate
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.explain.placement import CHOSEN, stored_placement
from heed.geometry.settings import FrontalParams
from heed.metrics.grid.located import located
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.metrics.settings import ScoreParams

CHUNK = 256  # images at once: the chunks of maps and masks, and the row groups of the scores


def main() -> None:
    """Write the folder ``data/scores/<model>``."""
    model, params = sys.argv[1], load(ScoreParams)
    masks = StoredMasks(paths.masks(load(MaskParams).version))
    faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
    with written_whole(paths.scores(model)) as partial:
        partial.mkdir()
        for maps in replicates(paths.cams(model)):
            predicted = same_replicate(paths.predictions(model), maps)
            n = score(maps, predicted, masks, faces, params, partial / f"{maps.stem}.parquet")
    print(f"score {model}: {n} faces, {len(ATTRIBUTES)} maps each, active above {params.threshold}")


def score(
    maps: Path,
    predicted: Path,
    masks: StoredMasks,
    faces: pd.DataFrame,
    params: ScoreParams,
    target: Path,
) -> int:
    """Write the scores of one replicate; returns the number of faces."""
    predictions = pd.read_parquet(predicted)
    images = predictions["image"].to_numpy()
    attributes = zarr.open_group(maps, mode="r").attrs.asdict()
    check_same_images(
        {
            str(predicted): images_digest(images),
            str(maps): attributes["images_sha256"],
            masks.path: masks.images_sha256,
        }
    )
    placement = stored_placement(attributes, str(maps))
    labels = labels_of(images, faces, paths.FACES)
    logits = prediction_columns(predictions, "logit", str(predicted))
    contribution = prediction_columns(predictions, "contribution", str(predicted))

    cams = zarr.open_array(maps, path="cams", mode="r")
    counted = counted_pixels(load(FrontalParams).partition, params.filled, masks.size)
    title = f"score {maps.parent.name} {maps.stem}"
    conditions = {
        "mask_version": masks.version,
        "threshold": params.threshold,
        "filled": params.filled,
        "method": attributes["method"],
        "target": attributes["target"],
        "placement": attributes[CHOSEN],
    }
    with (
        pq.ParquetWriter(target, under(conditions), compression="zstd") as writer,
        tqdm(total=len(images), unit="face", desc=title) as progress,
    ):
        for start in range(0, len(images), CHUNK):
            chunk = slice(start, start + CHUNK)
            of_chunk = masks.prepared(chunk, cams.shape[-1], placement, counted(chunk))
            of_faces = np.asarray(cams[chunk])
            rows = score_table(
                images[chunk],
                labels[chunk],
                logits[chunk],
                contribution[chunk],
                scores(tally(of_faces, of_chunk, params.threshold)),
                located(of_faces, of_chunk),
            )
            writer.write_table(rows.cast(writer.schema), row_group_size=len(rows))
            progress.update(len(images[chunk]))
    return len(images)


if __name__ == "__main__":
    run(main)
