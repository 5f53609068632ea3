"""Stage ``mask_versions``: score the maps against every version of the masks.

Tells a classifier that looks elsewhere from a mask that is wrong: the versions are also held
against where the drawn faces really show an attribute (photographs: against version 3).
"""

from heed.pipeline.stage import run

from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.audit import paths
from heed.audit.models import load_models
from heed.audit.tables.imbalance import class_counts
from heed.audit.tables.mask_versions import MEASURES, SCORES, overlap_table, versions_table
from heed.base.files import write_csv
from heed.base.matching import check_same_images
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.overlap import overlap
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.metrics.settings import ScoreParams

REFERENCES = ("evidence", "3")  # the first that the faces have
CHUNK = 256  # faces at once: the chunks of maps and masks


def main() -> None:
    """Write ``metrics/tables/mask_versions.csv`` and ``metrics/tables/mask_overlap.csv``."""
    threshold = load(ScoreParams).threshold
    masks = {path.stem: StoredMasks(path) for path in sorted(Path(paths.MASKS).glob("*.zarr"))}
    cams = {name: zarr.open_group(paths.cams(name), mode="r") for name in load_models()}
    check_same_images(
        {paths.masks(version): of.images_sha256 for version, of in masks.items()}
        | {paths.cams(name): of.attrs["images_sha256"] for name, of in cams.items()}
    )
    reference = next(version for version in REFERENCES if version in masks)
    n = next(iter(cams.values()))["cams"].shape[0]
    found = {
        (model, version): {name: np.empty((n, len(ATTRIBUTES))) for name in SCORES}
        for model in cams
        for version in masks
    }
    agreement = {
        version: {name: np.empty((n, len(ATTRIBUTES))) for name in MEASURES}
        for version in masks
        if version != reference
    }
    for start in tqdm(range(0, n, CHUNK), unit="batch", desc="mask versions"):
        chunk = slice(start, min(start + CHUNK, n))
        true = masks[reference]
        for version, of_version in masks.items():
            for model, group in cams.items():
                maps = np.asarray(group["cams"][chunk])
                prepared = of_version.prepared(chunk, maps.shape[-1])
                scored = scores(tally(maps, prepared, threshold))
                for name in SCORES:
                    found[model, version][name][chunk] = getattr(scored, name)
            if version != reference:
                agreed = overlap(
                    of_version.packed(chunk),
                    of_version.region_of_attribute,
                    true.packed(chunk),
                    true.region_of_attribute,
                )
                for name in MEASURES:
                    agreement[version][name][chunk] = getattr(agreed, name)
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    training = faces.loc[faces["partition"] == PARTITIONS.index("train"), list(ATTRIBUTES)]
    order = class_counts(training.to_numpy(np.int8)).order
    write_csv(versions_table(found, order), paths.table("mask_versions"))
    write_csv(overlap_table(agreement, reference, order), paths.table("mask_overlap"))
    print(f"mask_versions: {', '.join(masks)}, held against {reference}")


if __name__ == "__main__":
    run(main)
