"""Stage ``figures``: draw the figures that show numbers, from the tables and curves."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.affact.figures.catalogue import FIGURES, names_of
from heed.affact.figures.rates_by_set import ErrorRates
from heed.affact.figures.training_curves import CURVES, joined
from heed.affact.settings import evaluated_networks
from heed.affact.tables.published import table_7_1
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams

TABLES, TRAINING = Path("metrics/tables"), Path("plots/training")


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``data/figures/numbers/<name>.pdf``."""
    dpi, networks = load(FiguresParams).dpi, evaluated_networks()
    stands_for = {name: network.published for name, network in networks.items()}
    values = names_of(stands_for) | {
        "errors": ErrorRates(pd.read_csv(TABLES / "rates.csv"), table_7_1(), stands_for),
        "baseline": pd.read_csv(TABLES / "baseline.csv"),
        "trainings": {name: training_of(name) for name in networks},
    }
    drawings = FIGURES.drawings("numbers", values)
    write_figures(drawings, dpi, "plots/figures", "data/figures/numbers")
    print(f"figures: {len(drawings)} in plots/figures and data/figures/numbers")


def training_of(network: str) -> pd.DataFrame:
    """The curves that DVCLive wrote of one training."""
    folder = TRAINING / network / "plots/metrics"
    files = {curve: folder / f"{curve}.tsv" for curve in CURVES}
    return joined({n: pd.read_csv(path, sep="\t") for n, path in files.items() if path.exists()})


if __name__ == "__main__":
    run(main)
