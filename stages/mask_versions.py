"""Stage ``mask_versions``: the scores of all models against every version of the masks."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit import paths
from heed.audit.models import load_models
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.mask_versions import scores_of_versions, versions_table
from heed.base.files import write_csv
from heed.base.replicates import replicates
from heed.base.rounding import rounded_table
from heed.celeba.attributes import ATTRIBUTES


def main() -> None:
    """Write ``metrics/tables/mask_versions.csv``, the models in the order of params.yaml."""
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    found = {}
    for model in load_models():
        tables = [pd.read_parquet(path) for path in replicates(paths.score_versions(model))]
        for version, of_version in scores_of_versions(tables).items():
            found[model, version] = {name: each.mean(axis=0) for name, each in of_version.items()}
    write_csv(
        rounded_table(versions_table(found, training_counts(faces).order)),
        paths.table("mask_versions"),
    )
    print(f"mask_versions: {', '.join(sorted({version for _, version in found}))}")


if __name__ == "__main__":
    run(main)
