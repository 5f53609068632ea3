"""Stage report: answer, tables, figures and faces in one page, ``report/index.html``."""

from heed.pipeline.stage import run

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import zarr

from heed.audit import paths
from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.models import load_models
from heed.audit.page.average_pictures import average_pictures
from heed.audit.page.filled import remarks_on_filling
from heed.audit.page.gallery import choose_faces, distinct_rows, gallery_payload
from heed.audit.page.page import Origin, Results, render_page
from heed.audit.page.settings import ReportParams
from heed.audit.page.table import attribute_table
from heed.audit.settings import printable
from heed.audit.tables.class_counts import counts_in
from heed.audit.tables.score_arrays import read_scores
from heed.audit.tables.settings import AggregateParams
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import write_text
from heed.base.matching import rows_of
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import stored_placement
from heed.figures.registry import Entry
from heed.geometry.settings import FrontalParams
from heed.masks.settings import MaskParams
from heed.metrics.settings import ScoreParams
from heed.pages.pictures import Picture, webp
from heed.pages.provenance import commit, versions

TABLES = (
    "amr", "groups", "kl", "intensity", "crossed", "causal", "mask_versions", "mask_overlap",
    "gap_versions", "placements",
)  # fmt: skip
"""In the order of the page's results."""

PARTS = ("train", "validation", "test", "audited")


def main() -> None:
    """Write ``report/index.html``."""
    params, networks = load(ReportParams), load_models()
    models, run = list(networks), run_values({n: m.weighting for n, m in networks.items()})
    attributes, errors = table("attributes"), table("errors")
    results = Results(
        *(json.loads(Path(file).read_text()) for file in (paths.AUDIT, paths.STATISTICS)),
        *map(table, TABLES),
    )
    check_models(results, models)
    counts = {part: attributes.loc[0, [f"{part}_positives", f"{part}_negatives"]] for part in PARTS}
    majority = counts_in(attributes, ATTRIBUTES).majority
    averages = zarr.open_group(paths.AVERAGES, mode="r")
    maps = {name: (averages[name]["means"], averages[name]["n"][:]) for name in models}
    face = averages["face"][:] if params.faces else None
    shown = [entry for entry in FIGURES.entries(run=run) if params.faces or entry.kind == "numbers"]
    page = render_page(
        results,
        figures={entry.name: figure(entry) for entry in shown},
        table=attribute_table(
            results.groups,
            errors,
            table("gaps"),
            attributes,
            average_pictures(face, maps, majority),
            results.versions[results.versions["version"] == str(load(MaskParams).version)],
            load(AggregateParams).least_faces,
        ),
        gallery=gallery(models, params.faces_per_group) if params.faces else None,
        settings=printable(),
        origin=Origin(
            {part: int(n.sum()) for part, n in counts.items()},
            [*json.loads(Path(paths.INVENTORY).read_text())["remarks"], *filled_remarks()],
            versions(),
            commit(),
        ),
    )
    write_text(page, paths.PAGE)
    print(f"report: report/index.html, {len(page.encode()) / 1e6:.1f} MB")


def check_models(results: Results, models: list[str]) -> None:
    """Refuse results of other models than those of params.yaml.

    Raises:
        InputError: naming the file, the models found and those expected.
    """
    found = {
        paths.AUDIT: results.audit["models"],
        paths.STATISTICS: results.statistics["amr"],
        **{
            paths.table(name): getattr(results, name)["model"].unique()
            for name in ("groups", "crossed", "causal")
        },
    }
    for file, of_file in found.items():
        if set(of_file) != set(models):
            raise InputError(
                f"{file}: found the models {', '.join(of_file)}; expected {', '.join(models)}, "
                "which params.yaml has; run `dvc repro`"
            )


def table(name: str) -> pd.DataFrame:
    """One of the tables; versions of the masks are names, though some look like numbers."""
    return pd.read_csv(paths.table(name), dtype={"version": str, "reference": str})


def filled_remarks() -> list[str]:
    """What the crops hold that is no photograph."""
    frontal = pd.read_parquet(paths.FRONTAL, columns=["image", "kept"])
    cropped = paths.crop_transforms(load(FrontalParams).partition)
    crops = pd.read_parquet(cropped, columns=["image", "filled"])
    rows = rows_of(frontal.image[frontal.kept], crops.image, cropped)
    return remarks_on_filling(crops["filled"].to_numpy()[rows], load(ScoreParams).filled)


def figure(entry: Entry) -> Picture:
    """One figure; those that show photographs are encoded anew, a tenth as large."""
    content = Path(paths.PICTURES[entry.kind], f"{entry.name}.png").read_bytes()
    text = entry.caption
    return Picture(content if entry.kind == "numbers" else webp(content), alt=text, caption=text)


def gallery(models: list[str], per_group: int) -> dict[str, Any]:
    """Choose faces of each group, and load their crops; maps and scores of the first replicate."""
    frontal = pd.read_parquet(paths.FRONTAL, columns=["kept"])
    crops = StoredImages(paths.crops(load(FrontalParams).partition))
    files = {name: replicates(paths.cams(name))[0] for name in models}
    groups = {name: zarr.open_group(file, mode="r") for name, file in files.items()}
    cams = {name: group["cams"] for name, group in groups.items()}
    placements = {
        name: stored_placement(group.attrs.asdict(), str(files[name]))
        for name, group in groups.items()
    }
    scores = {name: read_scores(replicates(paths.scores(name))[0]) for name in models}
    chosen, rows = choose_faces(scores, per_group), np.flatnonzero(frontal["kept"])
    faces = {row: crops[int(rows[row])] for row in distinct_rows(chosen)}
    return gallery_payload(chosen, faces, cams, scores, placements)


if __name__ == "__main__":
    run(main)
