"""Stage ``mask_overlap``: compare the versions of the masks.

They are held against where the drawn faces really show an attribute (photographs: against
version 3).
"""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
from tqdm import tqdm

from heed.audit import paths
from heed.audit.mask_stores import mask_stores
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.mask_versions import MEASURES, overlap_table
from heed.base.errors import InputError
from heed.base.files import images_digest, write_csv
from heed.base.matching import check_same_images
from heed.base.rounding import rounded_table
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.overlap import overlap

REFERENCES = ("evidence", "3")  # the first that the faces have
CHUNK = 256  # faces at once: the chunks of the masks


def main() -> None:
    """Write ``metrics/tables/mask_overlap.csv``."""
    masks = mask_stores(paths.MASKS)
    frontal = pd.read_parquet(paths.FRONTAL, columns=["image", "kept"])
    images = frontal["image"][frontal["kept"]]
    check_same_images(
        {paths.FRONTAL: images_digest(images)}
        | {paths.masks(version): of.images_sha256 for version, of in masks.items()}
    )
    reference = next((version for version in REFERENCES if version in masks), None)
    if reference is None:
        raise InputError(
            f"{paths.MASKS}: found masks of version {', '.join(masks) or 'none'}; expected one of "
            f"{', '.join(REFERENCES)}, which the others are held against: run `dvc repro masks`"
        )
    n = len(images)
    agreement = {
        version: {name: np.empty((n, len(ATTRIBUTES))) for name in MEASURES}
        for version in masks
        if version != reference
    }
    true = masks[reference]
    for start in tqdm(range(0, n, CHUNK), unit="batch", desc="mask overlap"):
        chunk = slice(start, min(start + CHUNK, n))
        for version, of_faces in agreement.items():
            agreed = overlap(
                masks[version].packed(chunk),
                masks[version].region_of_attribute,
                true.packed(chunk),
                true.region_of_attribute,
            )
            for name in MEASURES:
                of_faces[name][chunk] = getattr(agreed, name)
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    order = training_counts(faces).order
    write_csv(
        rounded_table(overlap_table(agreement, reference, order)), paths.table("mask_overlap")
    )
    print(f"mask_overlap: {', '.join(agreement)}, held against {reference}")


if __name__ == "__main__":
    run(main)
