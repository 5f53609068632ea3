"""Stage ``figures``: draw the figures that show numbers, from the tables and curves."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.affact.figures.error_rates import ErrorRates
from heed.affact.figures.number_figures import number_drawings
from heed.affact.settings import evaluated_networks
from heed.affact.tables.published import table_7_1
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.metrics.curves import read_curves

TABLES, TRAINING = Path("metrics/tables"), Path("plots/training")


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``data/figures/numbers/<name>.pdf``."""
    dpi, networks = load(FiguresParams).dpi, evaluated_networks()
    errors = ErrorRates(
        rates=pd.read_csv(TABLES / "rates.csv"),
        published=table_7_1(),
        stands_for={name: network.published for name, network in networks.items()},
    )
    trainings = {name: read_curves(TRAINING / name) for name in networks}
    drawings = number_drawings(errors, pd.read_csv(TABLES / "baseline.csv"), trainings)
    write_figures(drawings, dpi, "plots/figures", "data/figures/numbers")
    print(f"figures: {len(drawings)} in plots/figures and data/figures/numbers")


if __name__ == "__main__":
    run(main)
