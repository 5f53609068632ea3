"""Stage ``scales``: what a uniform map and the best map of the grid score, per mask version."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.audit.counted_pixels import Counting, counted_pixels
from heed.audit.mask_stores import mask_stores
from heed.audit.models import load_models
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.scales import MARKS, evenly, scales_table
from heed.base.files import write_csv
from heed.base.matching import check_same_images
from heed.base.replicates import replicates
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement, stored_placement
from heed.geometry.settings import FrontalParams
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.grid.scales import scales_of
from heed.metrics.grid.stored_masks import StoredMasks
from heed.metrics.scale import SCALED, Scale
from heed.metrics.settings import ScaleParams, ScoreParams

CHUNK = 16  # faces at once


def main() -> None:
    """Write ``metrics/tables/scales.csv``, with the side of each model's maps in ``cells``."""
    params, score = load(ScaleParams), load(ScoreParams)
    masks = mask_stores(paths.MASKS)
    digests = {paths.masks(version): of.images_sha256 for version, of in masks.items()}
    grids: dict[str, tuple[int, Placement]] = {}
    for model in load_models():
        maps = replicates(paths.cams(model))[0]  # of one network, and so are the others
        cams = zarr.open_group(maps, mode="r")
        check_same_images({str(maps): cams.attrs["images_sha256"], **digests})
        n, *_, cells = cams["cams"].shape
        grids[model] = cells, stored_placement(cams.attrs.asdict(), str(maps))
    rows = evenly(n, params.faces)
    size = next(iter(masks.values())).size
    counted = counted_pixels(load(FrontalParams).partition, score.filled, size)
    found = {
        grid: {
            version: scales(of, rows, *grid, score.threshold, counted)
            for version, of in masks.items()
        }
        for grid in dict.fromkeys(grids.values())  # most models share one
    }
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    order = training_counts(faces).order
    table = scales_table({model: found[grid] for model, grid in grids.items()}, order)
    table["cells"] = table["model"].map({model: cells for model, (cells, _) in grids.items()})
    write_csv(rounded_table(table), paths.table("scales"))
    print(f"scales: versions {', '.join(masks)} on {len(rows)} faces")


def scales(
    masks: StoredMasks,
    rows: NDArray[np.intp],
    cells: int,
    placement: Placement,
    threshold: float,
    counted: Counting,
) -> dict[str, Scale]:
    """The scales of one version of the masks for some faces."""
    if masks.shared and counted(rows[:1]) is None:
        return scales_of(masks.prepared(slice(0, 1), cells, placement), threshold)
    parts = []
    for start in tqdm(range(0, len(rows), CHUNK), unit="batch", desc="scales"):
        some = rows[start : start + CHUNK]
        packed = np.concatenate([masks.packed(slice(row, row + 1)) for row in some])
        prepared = prepare(packed, masks.region_of_attribute, cells, placement, counted(some))
        parts.append(scales_of(prepared, threshold))
    return {
        score: Scale(
            *(np.concatenate([getattr(part[score], mark) for part in parts]) for mark in MARKS)
        )
        for score in SCALED
    }


if __name__ == "__main__":
    run(main)
