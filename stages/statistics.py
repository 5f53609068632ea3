"""Stage statistics: how AMR and error rate go together, and how far average maps lie apart."""

from heed.pipeline.stage import run

from typing import Any

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.tables.layout import models_in
from heed.audit.tables.settings import StatisticsParams
from heed.audit.tables.statistics import Averages, amr_statistics, kl_summary, kl_table
from heed.base.files import write_csv, write_json
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.metrics.estimates import OVERALL


def main() -> None:
    """Write ``metrics/statistics.json`` and ``metrics/tables/kl.csv``."""
    params = load(StatisticsParams)
    table = pd.read_csv(paths.table("amr"))
    bootstrap: dict[str, Any] = {
        "resamples": params.resamples, "confidence": params.confidence, "seed": params.seed,
    }  # fmt: skip
    found = amr_statistics(table, **bootstrap)
    averages = {
        model: Averages(stored(f"{model}/means"), stored(f"{model}/n"))
        for model in models_in(table, "error_rate")
    }
    attributes = [name for name in table["attribute"] if name != OVERALL]
    divergences = kl_table(averages, attributes, params.kl_epsilon)
    write_csv(rounded_table(divergences), paths.table("kl"))
    content = {"amr": found, "kl": kl_summary(divergences, **bootstrap)}
    write_json(rounded(content), paths.STATISTICS)
    print(f"statistics: {', '.join(found)}")


def stored(path: str) -> NDArray[Any]:
    """Read one array of ``data/averages.zarr``."""
    return np.asarray(zarr.open_array(paths.AVERAGES, path=path, mode="r")[:])


if __name__ == "__main__":
    run(main)
