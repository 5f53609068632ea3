"""Scores the maps of one model against every version of the masks: ``score_versions.py MODEL``.

Tells a classifier that looks elsewhere from a mask that is wrong; by each rule that places the
cells of maps, so that what the rule does to the scores stands beside them. A stage for each model,
so that one more is no reason to score the others again.
"""

from heed.pipeline.stage import run

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.audit.counted_pixels import Counting, counted_pixels
from heed.audit.mask_stores import mask_stores
from heed.audit.tables.mask_versions import SCHEMA, SCORES, versions_rows
from heed.base.files import written_whole
from heed.base.matching import check_same_images
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.explain.placement import stored_placements
from heed.geometry.settings import FrontalParams
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.metrics.settings import ScoreParams

CHUNK = 256  # faces at once: the chunks of maps and masks


def main() -> None:
    """Write the folder ``data/score_versions/MODEL``."""
    model, params = sys.argv[1], load(ScoreParams)
    masks = mask_stores(paths.MASKS)
    size = next(iter(masks.values())).size
    counted = counted_pixels(load(FrontalParams).partition, params.filled, size)
    with written_whole(paths.score_versions(model)) as partial:
        partial.mkdir()
        for maps in replicates(paths.cams(model)):
            score(maps, masks, params.threshold, counted, partial / f"{maps.stem}.parquet")
    print(f"score_versions {model}: {', '.join(masks)}")


def score(
    maps: Path,
    masks: dict[str, StoredMasks],
    threshold: float,
    counted: Counting,
    target: Path,
) -> None:
    """Write the scores of one replicate, a row per placement, version of the masks and face."""
    cams = zarr.open_group(maps, mode="r")
    check_same_images(
        {paths.masks(version): of.images_sha256 for version, of in masks.items()}
        | {str(maps): cams.attrs["images_sha256"]}
    )
    placements = stored_placements(cams.attrs.asdict())
    n, cells = cams["cams"].shape[0], cams["cams"].shape[-1]
    title = f"score_versions {maps.parent.name} {maps.stem}"
    with (
        pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer,
        tqdm(total=n * len(masks) * len(placements), unit="face", desc=title) as progress,
    ):
        for start in range(0, n, CHUNK):
            chunk = slice(start, min(start + CHUNK, n))
            these = counted(chunk)
            signed = np.asarray(cams["cams"][chunk])
            for (rule, placement), (version, of_version) in product(
                placements.items(), masks.items()
            ):
                prepared = of_version.prepared(chunk, cells, placement, these)
                scored = scores(tally(signed, prepared, threshold))
                found = {name: getattr(scored, name) for name in SCORES}
                rows = versions_rows(rule, version, np.arange(n)[chunk], found)
                writer.write_table(rows, row_group_size=len(rows))
                progress.update(len(rows))


if __name__ == "__main__":
    run(main)
