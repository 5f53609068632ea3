"""Stage average_figures: draw the average maps of all attributes, models beside each other."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.figures.averages_of_z import GROUPS
from heed.audit.figures.catalogue import FIGURES
from heed.audit.mask_settings import MaskParams
from heed.audit.mask_stores import mask_stores
from heed.audit.models import load_models
from heed.audit.tables.averages import average_maps, pooled
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.score_arrays import read_scores
from heed.base.files import images_digest
from heed.base.matching import check_same_images
from heed.base.replicates import replicates, same_replicate
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import stored_placement
from heed.explain.settings import CamParams
from heed.explain.stored_maps import StoredMaps
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.masks.names import EVIDENCE
from heed.metrics.groups import GROUP_INDEX, membership


def main() -> None:
    """Write ``report/figures/averages`` (PNG) and ``data/figures/averages`` (PDF)."""
    dpi, models = load(FiguresParams).dpi, list(load_models())
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    counts = training_counts(faces)
    stored = zarr.open_group(paths.AVERAGES, mode="r")
    face = stored["face"][:]
    values = {
        "face": face,
        "averages": {name: (stored[name]["means"], stored[name]["n"][:]) for name in models},
        "averages_of_z": {name: averages_of_z(name, counts.majority, len(face)) for name in models},
        "order": counts.order,
        "majority": counts.majority,
        **outlined(),
    }
    drawings = FIGURES.drawings("averages", values)
    write_figures(drawings, dpi, paths.PICTURES["averages"], paths.DRAWINGS["averages"])
    print(f"average_figures: {', '.join(drawings)}")


def outlined() -> dict[str, NDArray[np.bool_] | None]:
    """The masks in use, and the evidence where it is another version of them."""
    version, stored = str(load(MaskParams).version), mask_stores(paths.MASKS)
    apart = EVIDENCE in stored and version != EVIDENCE
    return {
        "masks": stored[version].usual(),
        "evidence": stored[EVIDENCE].usual() if apart else None,
    }


def averages_of_z(
    name: str, majority: NDArray[np.int8], size: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Average maps of target 1, whatever target is scored, and the number of faces in each."""
    method, chosen = load(CamParams).method, [GROUP_INDEX[group] for group in GROUPS]
    parts = []
    for file in replicates(paths.scores(name)):
        scores = read_scores(file)
        of_maps = same_replicate(paths.maps(name), file)
        maps = zarr.open_group(of_maps, mode="r")
        found = {str(file): images_digest(scores.images), str(of_maps): maps.attrs["images_sha256"]}
        check_same_images(found)
        members = membership(scores.labels, scores.logits, majority)[chosen]
        placement = stored_placement(maps.attrs.asdict(), str(of_maps), load(CamParams).placement)
        of_z = StoredMaps.of(maps, method, str(of_maps)).positive
        parts.append(average_maps(of_z, members, size, placement))
    return pooled(parts)


if __name__ == "__main__":
    run(main)
