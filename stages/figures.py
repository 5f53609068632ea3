"""Stage figures: draw the figures that show numbers, from the tables."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit.figures.number_figures import Tables, drawings
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.masks.settings import MaskParams
from heed.metrics.settings import ScoreParams


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``data/figures/numbers/<name>.pdf``."""
    dpi, threshold = load(FiguresParams).dpi, load(ScoreParams).threshold
    version = load(MaskParams).version
    figures = drawings(read_tables(), threshold, version)
    write_figures(figures, dpi, "plots/figures", "data/figures/numbers")
    print(f"figures: {len(figures)} in plots/figures and data/figures/numbers")


def read_tables() -> Tables:
    """All tables of ``metrics/tables``; versions of masks stay text."""
    folder, text = "metrics/tables", {"version": str, "reference": str}
    return Tables(
        amr=pd.read_csv(f"{folder}/amr.csv"),
        attributes=pd.read_csv(f"{folder}/attributes.csv"),
        errors=pd.read_csv(f"{folder}/errors.csv"),
        groups=pd.read_csv(f"{folder}/groups.csv"),
        kl=pd.read_csv(f"{folder}/kl.csv"),
        mask_versions=pd.read_csv(f"{folder}/mask_versions.csv", dtype=text),
        mask_overlap=pd.read_csv(f"{folder}/mask_overlap.csv", dtype=text),
    )


if __name__ == "__main__":
    run(main)
