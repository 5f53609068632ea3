"""Stage ``mask_versions``: the scores of all models against every version of the masks."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.models import load_models
from heed.audit.tables.gap_versions import gaps_of_versions, gaps_table
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.mask_versions import SCORES, scores_of_versions, versions_table
from heed.audit.tables.scales import read_scales, with_normalised
from heed.audit.tables.score_table import prediction_columns
from heed.audit.tables.settings import AggregateParams
from heed.base.files import write_csv
from heed.base.replicates import replicates
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.celeba.persons import persons_of
from heed.metrics.groups import membership
from heed.metrics.settings import ScaleParams


def main() -> None:
    """Write ``mask_versions.csv`` and ``gap_versions.csv``, the models as in params.yaml."""
    params = load(AggregateParams)
    faces = pd.read_parquet(paths.FACES, columns=["image", "partition", "identity", *ATTRIBUTES])
    training = training_counts(faces)
    means, gaps = {}, {}
    for model in load_models():
        tables = [pd.read_parquet(path) for path in replicates(paths.score_versions(model))]
        scores = scores_of_versions(tables)
        for version, of_version in scores.items():
            means[model, version] = {name: each.mean(axis=0) for name, each in of_version.items()}
        images, members = groups(model, faces, training.majority)
        gaps[model] = gaps_of_versions(
            {version: of["proportional_energy"] for version, of in scores.items()},
            members,
            persons_of(images, faces, paths.FACES),
            resamples=params.resamples,
            seed=params.seed,
            least_faces=params.least_faces,
        )
    versions = with_normalised(
        versions_table(means, training.order),
        read_scales(paths.table("scales")),
        {score: score for score in SCORES},
        load(ScaleParams).least_range,
    )
    write_csv(rounded_table(versions), paths.table("mask_versions"))
    table = gaps_table(gaps, params.confidence, params.seed)
    write_csv(rounded_table(table), paths.table("gap_versions"))
    print(f"mask_versions: {', '.join(sorted({version for _, version in means}))}")


def groups(
    model: str, faces: pd.DataFrame, majority: NDArray[np.int8]
) -> tuple[list[str], list[NDArray[np.bool_]]]:
    """The audited faces of a model, and which of them are in which group, per replicate."""
    members = []
    for path in replicates(paths.predictions(model)):
        predictions = pd.read_parquet(path)
        images = predictions["image"].tolist()
        labels = labels_of(images, faces, paths.FACES)
        logits = prediction_columns(predictions, "logit", str(path))
        members.append(membership(labels, logits, majority))
    return images, members


if __name__ == "__main__":
    run(main)
