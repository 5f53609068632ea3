"""Stage report: answer, tables, figures and faces in one page, ``report/index.html``."""

from heed.pipeline.stage import run

import json
from pathlib import Path

import pandas as pd

from heed.audit import paths
from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.mask_settings import MaskParams
from heed.audit.models import load_models
from heed.audit.page.filled import remarks_on_filling
from heed.audit.page.maps_and_faces import maps_and_faces
from heed.audit.page.page import render_page
from heed.audit.page.results import DataFile, Origin, Results, persons_trained_on
from heed.audit.page.settings import ReportParams
from heed.audit.page.table import attribute_table
from heed.audit.page.weights import read_weights, sha256
from heed.audit.settings import printable
from heed.audit.tables.settings import AggregateParams
from heed.base.errors import InputError
from heed.base.files import write_text
from heed.base.matching import rows_of
from heed.base.partitions import PARTITIONS
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.figures.registry import Entry
from heed.geometry.settings import FrontalParams
from heed.metrics.settings import ScoreParams
from heed.pages.pictures import Drawing, Picture, webp
from heed.pages.provenance import commit, versions

TABLES = (
    "amr", "groups", "kl", "intensity", "crossed", "causal", "mask_versions", "mask_overlap",
    "gap_versions", "placements", "scales", "gaps", "differences", "curves",
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
    shown = [entry for entry in FIGURES.entries(run=run) if params.faces or entry.kind == "numbers"]
    page = render_page(
        results,
        figures={entry.name: figure(entry) for entry in shown},
        table=attribute_table(
            results.groups,
            errors,
            results.own_gaps,
            attributes,
            results.versions[results.versions["version"] == str(load(MaskParams).version)],
            load(AggregateParams).least_faces,
        ),
        data=maps_and_faces(models, params, results, attributes["attribute"].tolist()),
        settings=printable(),
        origin=Origin(
            {part: int(n.sum()) for part, n in counts.items()},
            [*json.loads(Path(paths.INVENTORY).read_text())["remarks"], *filled_remarks()],
            versions(),
            commit(),
            data_files(),
            {name: [*map(read_weights, replicates(paths.networks(name)))] for name in models},
            persons(),
        ),
    )
    write_text(page, paths.PAGE)
    print(f"report: report/index.html, {len(page.encode()) / 1e6:.1f} MB")


def data_files() -> list[DataFile]:
    """What the numbers were made of, by the files' content."""
    audited = load(FrontalParams).partition
    files = {
        paths.FACES: "labels, landmarks and partition of every face",
        paths.crops(audited): f"the crops of the partition {audited}, of which frontal ones count",
    }
    return [DataFile(path, what, sha256(path)) for path, what in files.items()]


def persons() -> str:
    """How many persons were trained on, and whether audited ones are among them."""
    faces = pd.read_parquet(paths.FACES, columns=["partition", "identity"])
    numbers = (PARTITIONS.index(name) for name in ("train", load(FrontalParams).partition))
    return persons_trained_on(faces, *numbers)


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


def figure(entry: Entry) -> Picture | Drawing:
    """One figure: of numbers as SVG, of photographs encoded anew, a tenth as large."""
    text = entry.caption
    if entry.kind == "numbers":
        return Drawing.read(f"{paths.DRAWINGS[entry.kind]}/{entry.name}.svg", text)
    content = Path(paths.PICTURES[entry.kind], f"{entry.name}.png").read_bytes()
    return Picture(webp(content), alt=text, caption=text)


if __name__ == "__main__":
    run(main)
