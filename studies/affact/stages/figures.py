"""Stage ``figures``: draw the figures that show numbers, from the tables and curves."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.affact import paths
from heed.affact.figures.catalogue import FIGURES, names_of
from heed.affact.figures.rates_by_set import ErrorRates
from heed.affact.settings import columns, evaluated_networks
from heed.affact.tables.table_7_1 import table_7_1
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.metrics.curves import read_curves

TABLES = Path(paths.TABLES)


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``data/figures/numbers/<name>.pdf``."""
    dpi, networks = load(FiguresParams).dpi, evaluated_networks()
    stands_for = columns()
    values = names_of(stands_for) | {
        "errors": ErrorRates(pd.read_csv(TABLES / "rates.csv"), table_7_1(), stands_for),
        "baseline": pd.read_csv(TABLES / "baseline.csv"),
        "trainings": {name: read_curves(paths.curves(name)) for name in networks},
        "attribute_errors": {
            name: pd.read_csv(paths.attribute_errors(name), index_col="epoch") for name in networks
        },
    }
    drawings = FIGURES.drawings("numbers", values)
    write_figures(drawings, dpi, paths.PICTURES["numbers"], paths.DRAWINGS["numbers"], vector=True)
    print(f"figures: {len(drawings)} in plots/figures and data/figures/numbers")


if __name__ == "__main__":
    run(main)
