"""Stage aggregate: from scores per face to tables, the audit in numbers, and average maps."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd

from heed.audit import paths
from heed.audit.audited_consistency import check_least_faces
from heed.audit.models import load_models, replicates_of
from heed.audit.tables import layout
from heed.audit.tables.differences import differences_table, gaps_table
from heed.audit.tables.estimates import estimate
from heed.audit.tables.imbalance import attributes_table, class_counts
from heed.audit.tables.intensity import intensity_table
from heed.audit.tables.score_arrays import check_same_faces, read_scores
from heed.audit.tables.settings import AggregateParams
from heed.audit.tables.stored_averages import write_averages
from heed.audit.tables.summary import headline, summarise
from heed.base.files import write_csv, write_json, write_text
from heed.base.partitions import PARTITIONS
from heed.base.replicates import replicates
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.persons import persons_of
from heed.geometry.settings import FrontalParams
from heed.metrics.curves import curves_table, read_curves


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


if __name__ == "__main__":
    run(main)
