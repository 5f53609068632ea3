"""Scores the maps of one model against every version of the masks: ``score_versions.py MODEL``.

Tells a classifier that looks elsewhere from a mask that is wrong. A stage for each model, so that
one more is no reason to score the others again.
"""

from heed.pipeline.stage import run

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.mask_versions import SCORES, versions_table
from heed.base.files import write_table
from heed.base.matching import check_same_images
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.metrics.settings import ScoreParams

CHUNK = 256  # faces at once: the chunks of maps and masks


def main() -> None:
    """Write ``data/score_versions/MODEL.parquet``."""
    model, threshold = sys.argv[1], load(ScoreParams).threshold
    masks = {path.stem: StoredMasks(path) for path in sorted(Path(paths.MASKS).glob("*.zarr"))}
    cams = zarr.open_group(paths.cams(model), mode="r")
    check_same_images(
        {paths.masks(version): of.images_sha256 for version, of in masks.items()}
        | {paths.cams(model): cams.attrs["images_sha256"]}
    )
    n = cams["cams"].shape[0]
    found = {
        (model, version): {name: np.empty((n, len(ATTRIBUTES))) for name in SCORES}
        for version in masks
    }
    for start in tqdm(range(0, n, CHUNK), unit="batch", desc=f"mask versions {model}"):
        chunk = slice(start, min(start + CHUNK, n))
        maps = np.asarray(cams["cams"][chunk])
        for version, of_version in masks.items():
            prepared = of_version.prepared(chunk, maps.shape[-1])
            scored = scores(tally(maps, prepared, threshold))
            for name in SCORES:
                found[model, version][name][chunk] = getattr(scored, name)
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    order = training_counts(faces).order
    write_table(versions_table(found, order), paths.score_versions(model))
    print(f"score_versions {model}: {', '.join(masks)}")


if __name__ == "__main__":
    run(main)
