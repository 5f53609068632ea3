"""Stage ``score``: compare every map of one model with the mask of its attribute."""

from heed.pipeline.stage import run

import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.audit.tables.score_table import SCHEMA, prediction_columns, score_table
from heed.base.files import images_digest, written_whole
from heed.base.matching import check_same_images
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.masks.settings import MaskParams
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.metrics.settings import ScoreParams

CHUNK = 256  # images at once: the chunks of maps and masks, and the row groups of the scores


def main() -> None:
    """Write ``data/scores/<model>.parquet``."""
    model = sys.argv[1]
    threshold, mask_file = (
        load(ScoreParams).threshold,
        paths.masks(load(MaskParams).version),
    )
    masks = StoredMasks(mask_file)
    maps, predicted = paths.cams(model), paths.predictions(model)
    predictions = pd.read_parquet(predicted)
    images = predictions["image"].to_numpy()
    check_same_images(
        {
            predicted: images_digest(images),
            maps: zarr.open_group(maps, mode="r").attrs["images_sha256"],
            mask_file: masks.images_sha256,
        }
    )
    labels = labels_of(
        images, pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES]), paths.FACES
    )
    logits = prediction_columns(predictions, "logit", predicted)
    contribution = prediction_columns(predictions, "contribution", predicted)

    cams = zarr.open_array(maps, path="cams", mode="r")
    with (
        written_whole(paths.scores(model)) as partial,
        pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer,
        tqdm(total=len(images), unit="face", desc=f"score {model}") as progress,
    ):
        for start in range(0, len(images), CHUNK):
            chunk = slice(start, start + CHUNK)
            of_chunk = masks.prepared(chunk, cams.shape[-1])
            found = scores(tally(np.asarray(cams[chunk]), of_chunk, threshold))
            rows = score_table(
                images[chunk], labels[chunk], logits[chunk], contribution[chunk], found
            )
            writer.write_table(rows, row_group_size=len(rows))
            progress.update(len(images[chunk]))
    print(f"score {model}: {labels.size} maps of {len(images)} faces, active above {threshold}")


if __name__ == "__main__":
    run(main)
