"""Stage ``frontal``: which faces of one partition look into the camera and are audited."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit import paths
from heed.base.errors import InputError
from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.geometry.frontal import frontal_ratio
from heed.geometry.landmarks import from_table
from heed.geometry.settings import FrontalParams


def main() -> None:
    """Write ``data/frontal.parquet``: image, ratio, kept."""
    params = load(FrontalParams)
    landmarks = pd.read_parquet(paths.LANDMARKS)
    faces = landmarks[landmarks.partition == PARTITIONS.index(params.partition)]
    ratio = frontal_ratio(from_table(faces))
    kept = ratio <= params.threshold
    if not kept.any():
        raise InputError(
            f"frontal.threshold: none of the {len(faces)} {params.partition} faces has a ratio of "
            f"at most {params.threshold} (smallest: {min(ratio, default=float('nan')):.3f}); raise "
            "frontal.threshold or choose another frontal.partition"
        )
    write_table(
        pd.DataFrame({"image": faces.image.to_numpy(), "ratio": ratio, "kept": kept}),
        paths.FRONTAL,
    )
    print(f"frontal: {kept.sum()} of {len(faces)} {params.partition} faces kept")


if __name__ == "__main__":
    run(main)
