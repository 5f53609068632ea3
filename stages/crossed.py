"""Stage crossed: error rate, AMR and PE by a second attribute, with intervals and tests."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit import paths
from heed.audit.audited_consistency import check_least_faces
from heed.audit.models import load_models, replicates_of
from heed.audit.tables.crossed import crossed_table
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.score_arrays import ScoreArrays, check_same_faces, read_scores
from heed.audit.tables.settings import AggregateParams, CrossedParams
from heed.base.files import write_csv
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.persons import persons_of


def main() -> None:
    """Write ``metrics/tables/crossed.csv``."""
    params, bootstrap = load(CrossedParams), load(AggregateParams)
    faces = pd.read_parquet(paths.FACES, columns=["image", "identity", "partition", *ATTRIBUTES])
    scores = {
        (model, file.stem): read_scores(file)
        for model, entry in load_models().items()
        for file in replicates_of(model, entry, paths.scores(model))
    }
    images = check_same_faces({" ".join(key): of_one for key, of_one in scores.items()})
    check_least_faces(bootstrap, len(images))
    trainings: dict[str, list[ScoreArrays]] = {}
    for (model, _), of_one in scores.items():
        trainings.setdefault(model, []).append(of_one)
    table = crossed_table(
        trainings,
        persons_of(images, faces, paths.FACES),
        training_counts(faces).order,
        params.attributes,
        resamples=bootstrap.resamples,
        confidence=bootstrap.confidence,
        seed=bootstrap.seed,
        least_faces=bootstrap.least_faces,
    )
    write_csv(rounded_table(table), paths.table("crossed"))
    print(f"crossed: {', '.join(trainings)} by {', '.join(params.attributes)}")


if __name__ == "__main__":
    run(main)
