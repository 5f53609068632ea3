"""Average maps on disk: ``data/averages.zarr``, made of the maps that the stages stored."""

from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.tables.averages import average_face, average_maps, pooled
from heed.audit.tables.score_arrays import ScoreArrays
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import images_digest, written_whole
from heed.base.replicates import same_replicate
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import stored_placement
from heed.metrics.groups import GROUPS, membership


def write_averages(
    scores: dict[str, dict[Path, ScoreArrays]], majority: NDArray[np.int8], partition: str
) -> dict[str, int]:
    """Write the average maps of each model, and the average of the audited faces.

    Args:
        scores: by model, by the file of each replicate.
        majority: (A,) each attribute's majority class in the training partition, -1 or +1.
        partition: the audited one.

    Returns:
        By model the side of its maps, in cells.

    Raises:
        InputError: for stored maps and scores that are not of the same faces.
    """
    cells = {}
    frontal = pd.read_parquet(paths.FRONTAL, columns=["image", "kept"])
    audited = images_digest(frontal.loc[frontal["kept"], "image"])
    crops = StoredImages(paths.crops(partition))
    face = average_face(crops, np.flatnonzero(frontal["kept"]))
    size = len(face)
    with written_whole(paths.AVERAGES) as partial, new_store(partial) as root:
        root.attrs.update({"attributes": list(ATTRIBUTES), "groups": list(GROUPS)})
        create_array(root, "face", face.shape, "float32", face.shape, ("y", "x", "channel"))[:] = (
            face
        )
        for name, of_model in scores.items():
            parts = []
            for file, of_replicate in of_model.items():
                maps = same_replicate(paths.cams(name), file)
                cams = zarr.open_group(maps, mode="r")
                if not cams.attrs["images_sha256"] == images_digest(of_replicate.images) == audited:
                    raise InputError(
                        f"{maps}, {file} and {paths.FRONTAL} are not of the same faces; "
                        "run `dvc repro`"
                    )
                members = membership(of_replicate.labels, of_replicate.logits, majority)
                placement = stored_placement(cams.attrs.asdict(), str(maps))
                parts.append(average_maps(cams["cams"], members, size, placement))
                cells[name] = int(cams["cams"].shape[-1])
            means, n = pooled(parts)
            group = root.create_group(name)
            chunks = (len(ATTRIBUTES), 1, size, size)  # one file per group
            of_maps = ("attribute", "group", "y", "x")
            create_array(group, "means", means.shape, "float32", chunks, of_maps)[:] = means
            create_array(group, "n", n.shape, "float64", n.shape, of_maps[:2])[:] = n
            add_coordinates(group, {"attribute": ATTRIBUTES, "group": list(GROUPS)})
    return cells
