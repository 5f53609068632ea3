"""Stage aggregate: from scores per face to tables, the audit in numbers, and average maps."""

from heed.pipeline.stage import run

from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.audited_consistency import check_least_faces
from heed.audit.models import load_models, replicates_of
from heed.audit.tables import layout
from heed.audit.tables.averages import average_face, average_maps, pooled
from heed.audit.tables.differences import differences_table, gaps_table
from heed.audit.tables.estimates import estimate
from heed.audit.tables.imbalance import attributes_table, class_counts
from heed.audit.tables.intensity import intensity_table
from heed.audit.tables.score_arrays import ScoreArrays, check_same_faces, read_scores
from heed.audit.tables.settings import AggregateParams
from heed.audit.tables.summary import headline, summarise
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import (
    images_digest,
    write_csv,
    write_json,
    write_text,
    written_whole,
)
from heed.base.partitions import PARTITIONS
from heed.base.replicates import replicates, same_replicate
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.persons import persons_of
from heed.explain.placement import stored_placement
from heed.geometry.settings import FrontalParams
from heed.metrics.curves import curves_table, read_curves
from heed.metrics.groups import GROUPS, membership


def main() -> None:
    """Write ``metrics/audit.json``, ``headline.json``, ``tables/``; ``data/averages.zarr``."""
    params, partition = load(AggregateParams), load(FrontalParams).partition
    faces = pd.read_parquet(paths.FACES, columns=["image", "identity", "partition", *ATTRIBUTES])
    labels = {
        name: faces.loc[faces["partition"] == code, list(ATTRIBUTES)].to_numpy(np.int8)
        for code, name in enumerate(PARTITIONS)
    }
    training = class_counts(labels["train"])
    order, majority = training.order, training.majority
    scores = {
        name: {file: read_scores(file) for file in replicates_of(name, model, paths.scores(name))}
        for name, model in load_models().items()
    }
    faces_audited = check_same_faces(
        {f"{name} {file.stem}": of for name, each in scores.items() for file, of in each.items()}
    )
    check_least_faces(params, len(faces_audited))
    audited = next(iter(next(iter(scores.values())).values())).labels
    attributes = attributes_table(
        {**labels, "audited": audited}, order, training if training.published else None
    )
    write_csv(attributes, paths.table("attributes"))
    persons = persons_of(faces_audited, faces, paths.FACES)
    estimates = {
        name: estimate(
            list(of_model.values()),
            majority,
            persons,
            resamples=params.resamples,
            seed=params.seed,
            least_faces=params.least_faces,
        )
        for name, of_model in scores.items()
    }
    for name, columns in layout.LAYOUTS.items():
        table = layout.wide_table(estimates, order, list(columns))
        write_csv(rounded_table(table), paths.table(name))
        write_text(layout.to_markdown(table, columns), paths.table(name, "md"))
        latex = layout.to_latex(table, columns, pairs=layout.PAIRS[name])
        write_text(latex, paths.table(name, "tex"))
    for name, make in (
        ("errors", layout.errors_table),
        ("groups", layout.groups_table),
        ("gaps", gaps_table),
        ("differences", differences_table),
        ("intensity", intensity_table),
    ):
        table = make(estimates, order, params.confidence)
        write_csv(rounded_table(table), paths.table(name))
    curves = {
        (name, int(folder.name)): read_curves(folder)
        for name in scores
        for folder in replicates(paths.curves(name))
    }
    write_csv(rounded_table(curves_table(curves)), paths.table("curves"))
    cells = write_averages(scores, majority, partition)
    summary = rounded(
        summarise(
            estimates, len(faces_audited), int(persons.max()) + 1, params.confidence, params.seed
        )
    )
    for name, of_model in summary["models"].items():
        of_model["cells"] = cells[name]  # along a side of its maps
    write_json(summary, paths.AUDIT)
    write_json(headline(summary), paths.HEADLINE)
    print(
        f"aggregate: {len(faces_audited)} faces of {persons.max() + 1} persons, {', '.join(scores)}"
    )


def write_averages(
    scores: dict[str, dict[Path, ScoreArrays]], majority: NDArray[np.int8], partition: str
) -> dict[str, int]:
    """Write the average maps of each model, and the average of the audited faces.

    Returns:
        By model the side of its maps, in cells.
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


if __name__ == "__main__":
    run(main)
