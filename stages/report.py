"""Stage report: gather tables, figures, average maps and example faces in one page."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.attributes import ATTRIBUTES, PARTITIONS
from heed.figures.overlay import jpeg
from heed.params import FrontalParams, ReportParams, load, load_models, printable
from heed.report.examples import Example, choose_attributes, choose_faces, example
from heed.report.gallery import SIDE, gallery
from heed.report.page import render_page
from heed.report.pictures import Picture
from heed.stage import run
from heed.store import write_text
from heed.tables.imbalance import imbalance_order, majority_class
from heed.tables.layout import AMR_COLUMNS
from heed.tables.score_arrays import arrays_from_table

FIGURES = {
    "amr_and_error": "AMR with bootstrap intervals, error rate and balanced error rate.",
    "class_gap": "Proportional energy by predicted class: rarer or more frequent in training.",
}

GREY = 128  # what the average maps are laid over where no face shall be shown


def main() -> None:
    """Write ``report/index.html``."""
    params, models = load(ReportParams), list(load_models())
    partition = load(FrontalParams).partition
    faces = pd.read_parquet("data/faces.parquet", columns=["partition", *ATTRIBUTES])
    training = faces.loc[faces["partition"] == PARTITIONS.index("train"), list(ATTRIBUTES)]
    labels = training.to_numpy(np.int8)
    frontal = pd.read_parquet("data/frontal.parquet")
    averages = zarr.open_group("data/averages.zarr", mode="r")
    face = averages["face"][:] if params.faces else np.full_like(averages["face"][:], GREY)
    maps = {name: (averages[name]["means"], averages[name]["n"][:]) for name in models}
    counts = faces["partition"].value_counts()
    page = render_page(
        audit=json.loads(Path("metrics/audit.json").read_text()),
        statistics=json.loads(Path("metrics/statistics.json").read_text()),
        table=pd.read_csv("metrics/tables/amr.csv"),
        columns=AMR_COLUMNS,
        figures=[
            Picture(Path(f"plots/{name}.png").read_bytes(), alt=text, caption=text)
            for name, text in FIGURES.items()
        ],
        average_face=Picture(jpeg(face.round().astype(np.uint8), SIDE), "Average face", "average")
        if params.faces
        else None,
        gallery=gallery(face, maps, imbalance_order(labels), (labels == 1).mean(axis=0)),
        examples=example_faces(frontal, labels, models, partition, params.examples)
        if params.faces
        else [],
        settings=printable(),
        inventory={name: int(counts.get(code, 0)) for code, name in enumerate(PARTITIONS)}
        | {"audited": int(frontal["kept"].sum())},
    )
    write_text(page, "report/index.html")
    print(f"report: report/index.html, {len(page) / 1e6:.1f} MB")


def example_faces(
    frontal: pd.DataFrame, training: NDArray[np.int8], models: list[str], partition: str, count: int
) -> list[Example]:
    """Load the crops, maps and scores of some audited faces, and lay one over the other."""
    rows = np.flatnonzero(frontal["kept"])
    crops = zarr.open_array(f"data/crops/{partition}.zarr", path="images", mode="r")
    cams = {name: zarr.open_array(f"data/cams/{name}.zarr", path="cams") for name in models}
    scores = {
        name: arrays_from_table(pd.read_parquet(f"data/scores/{name}.parquet"), name)
        for name in models
    }
    majority, order = majority_class(training), imbalance_order(training)
    images, labels = scores[models[0]].images, scores[models[0]].labels
    return [
        example(
            images[row],
            crops[rows[row]],
            {name: cams[name][row] for name in models},
            scores,
            row,
            choose_attributes(labels[row], majority, order),
        )
        for row in choose_faces(len(rows), count)
    ]


if __name__ == "__main__":
    run(main)
