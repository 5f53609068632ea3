"""Stage ``mask_versions``: the scores of all models against every version of the masks."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit import paths
from heed.audit.models import load_models
from heed.base.files import write_csv


def main() -> None:
    """Write ``metrics/tables/mask_versions.csv``, the models in the order of params.yaml."""
    tables = [pd.read_parquet(paths.score_versions(name)) for name in load_models()]
    write_csv(pd.concat(tables, ignore_index=True), paths.table("mask_versions"))
    print(f"mask_versions: {', '.join(tables[0]['version'].unique())}")


if __name__ == "__main__":
    run(main)
