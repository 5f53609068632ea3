"""Stage statistics: how AMR and error rate go together, and how far average maps lie apart."""

from heed.pipeline.stage import run

from typing import Any

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.tables.layout import models_in, to_latex, to_markdown
from heed.audit.tables.scales import NORMALISED_COLUMNS, normalised_table, read_scales
from heed.audit.tables.settings import StatisticsParams
from heed.audit.tables.statistics import Averages, amr_statistics, kl_summary, kl_table
from heed.base.files import write_csv, write_json, write_text
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.masks.settings import MaskParams
from heed.metrics.estimates import OVERALL
from heed.metrics.settings import ScaleParams


def main() -> None:
    """Write ``metrics/statistics.json``, ``metrics/tables/normalised.*`` and ``kl.csv``."""
    params = load(StatisticsParams)
    table = pd.read_csv(paths.table("amr"))
    bootstrap: dict[str, Any] = {
        "resamples": params.resamples, "confidence": params.confidence, "seed": params.seed,
    }  # fmt: skip
    found = amr_statistics(table, **bootstrap)
    normalised = normalised_table(
        table,
        pd.read_csv(paths.table("energy")),
        read_scales(paths.table("scales")),
        str(load(MaskParams).version),
        load(ScaleParams).least_range,
    )
    write_csv(rounded_table(normalised), paths.table("normalised"))
    write_text(to_markdown(normalised, NORMALISED_COLUMNS), paths.table("normalised", "md"))
    write_text(to_latex(normalised, NORMALISED_COLUMNS), paths.table("normalised", "tex"))
    on_scale = amr_statistics(normalised, **bootstrap)
    averages = {
        model: Averages(stored(f"{model}/means"), stored(f"{model}/n"))
        for model in models_in(table, "error_rate")
    }
    attributes = [name for name in table["attribute"] if name != OVERALL]
    divergences = kl_table(averages, attributes, params.kl_epsilon)
    write_csv(rounded_table(divergences), paths.table("kl"))
    content = {
        "amr": found,
        "amr_normalised": on_scale,
        "kl": kl_summary(divergences, **bootstrap),
    }
    write_json(rounded(content), paths.STATISTICS)
    print(f"statistics: {', '.join(found)}")


def stored(path: str) -> NDArray[Any]:
    """Read one array of ``data/averages.zarr``."""
    return np.asarray(zarr.open_array(paths.AVERAGES, path=path, mode="r")[:])


if __name__ == "__main__":
    run(main)
