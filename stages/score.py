"""Stage ``score``: compare every map of one model with the mask of its attribute."""

import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import zarr
from tqdm import tqdm

from heed.attributes import ATTRIBUTES
from heed.matching import check_same_images, labels_of
from heed.params import ScoreParams, load
from heed.scoring.grid import tally
from heed.scoring.prepared_masks import PreparedMasks, prepare
from heed.scoring.scores import scores
from heed.scoring.table import SCHEMA, prediction_columns, score_table
from heed.stage import run
from heed.store import images_digest, written_whole

MASKS, FACES = "data/masks.zarr", "data/faces.parquet"
CHUNK = 256  # images at once: the chunks of maps and masks, and the row groups of the scores


def main() -> None:
    """Write ``data/scores/<model>.parquet``."""
    model = sys.argv[1]
    threshold = load(ScoreParams).threshold
    maps, predicted = f"data/cams/{model}.zarr", f"data/predictions/{model}.parquet"
    predictions = pd.read_parquet(predicted)
    images = predictions["image"].to_numpy()
    check_same_images(
        {predicted: images_digest(images)}
        | {path: zarr.open_group(path, mode="r").attrs["images_sha256"] for path in (maps, MASKS)}
    )
    labels = labels_of(images, pd.read_parquet(FACES, columns=["image", *ATTRIBUTES]), FACES)
    logits = prediction_columns(predictions, "logit", predicted)
    evidence = prediction_columns(predictions, "evidence", predicted)

    cams = zarr.open_array(maps, path="cams", mode="r")
    regions = zarr.open_array(MASKS, path="regions", mode="r")
    cells = cams.shape[-1]
    shared = prepared(regions, slice(None), cells) if regions.shape[0] == 1 else None
    with (
        written_whole(f"data/scores/{model}.parquet") as partial,
        pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer,
        tqdm(total=len(images), unit="face", desc=f"score {model}") as progress,
    ):
        for start in range(0, len(images), CHUNK):
            chunk = slice(start, start + CHUNK)
            found = scores(
                tally(np.asarray(cams[chunk]), shared or prepared(regions, chunk, cells), threshold)
            )
            rows = score_table(images[chunk], labels[chunk], logits[chunk], evidence[chunk], found)
            writer.write_table(rows, row_group_size=len(rows))
            progress.update(len(images[chunk]))
    print(f"score {model}: {labels.size} maps of {len(images)} faces, active above {threshold}")


def prepared(regions: zarr.Array, images: slice, cells: int) -> PreparedMasks:
    """The masks of some images, read from ``data/masks.zarr``, for maps of that many cells."""
    region_of_attribute = zarr.open_group(MASKS, mode="r").attrs["region_of_attribute"]
    return prepare(np.asarray(regions[images]), np.array(region_of_attribute), cells)


if __name__ == "__main__":
    run(main)
