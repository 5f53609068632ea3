"""Stage figures: draw the figures that show numbers, from the tables."""

from heed.pipeline.stage import run

from typing import Any

import pandas as pd

from heed.audit import paths
from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.mask_settings import MaskParams
from heed.audit.models import load_models
from heed.audit.tables.settings import AggregateParams
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.metrics.settings import ScoreParams


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``.csv``, and ``data/figures/numbers/<name>.pdf``."""
    dpi, figures = load(FiguresParams).dpi, FIGURES.drawings("numbers", read_values())
    write_figures(figures, dpi, paths.PICTURES["numbers"], paths.DRAWINGS["numbers"], vector=True)
    print(f"figures: {len(figures)} in plots/figures and data/figures/numbers")


def read_values() -> dict[str, Any]:
    """What figures are drawn from, by name: the tables, where versions of masks stay text, ..."""
    text = {"version": str, "reference": str}
    names = (
        "amr", "attributes", "causal", "crossed", "errors", "gap_versions", "gaps", "groups", "kl",
        "mask_versions", "mask_overlap", "scales",
    )  # fmt: skip
    tables = {name: pd.read_csv(paths.table(name), dtype=text) for name in names}
    return {
        **tables,
        **run_values({name: model.weighting for name, model in load_models().items()}),
        "order": tables["attributes"]["attribute"].tolist(),
        "least_faces": load(AggregateParams).least_faces,
        "threshold": load(ScoreParams).threshold,
        "version": str(load(MaskParams).version),
    }


if __name__ == "__main__":
    run(main)
