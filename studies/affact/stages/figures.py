"""Stage ``figures``: draw the figures that show numbers, from the tables and curves."""

from pathlib import Path

import pandas as pd

from heed.evaluation.published import table_7_1
from heed.figures.affact_figures import number_drawings
from heed.figures.error_rates import ErrorRates
from heed.figures.theme import pdf, png
from heed.figures.training_curves import CURVES, joined
from heed.params import FiguresParams
from heed.params_file import load
from heed.stage import run
from heed.store import written_whole
from heed.studies.affact import evaluated_networks

TABLES, TRAINING = Path("metrics/tables"), Path("plots/training")


def main() -> None:
    """Write ``plots/figures/<name>.png`` and ``data/figures/numbers/<name>.pdf``."""
    dpi, networks = load(FiguresParams).dpi, evaluated_networks()
    errors = ErrorRates(
        rates=pd.read_csv(TABLES / "rates.csv"),
        published=table_7_1(),
        stands_for={name: network.published for name, network in networks.items()},
    )
    trainings = {name: training_of(name) for name in networks}
    drawings = number_drawings(errors, pd.read_csv(TABLES / "baseline.csv"), trainings)
    with (
        written_whole("plots/figures") as pictures,
        written_whole("data/figures/numbers") as documents,
    ):
        pictures.mkdir()
        documents.mkdir()
        for name, draw in drawings.items():  # one at a time: memory holds one figure
            figure = draw()
            (pictures / f"{name}.png").write_bytes(png(figure, dpi))
            (documents / f"{name}.pdf").write_bytes(pdf(figure, dpi))
    print(f"figures: {len(drawings)} in plots/figures and data/figures/numbers")


def training_of(network: str) -> pd.DataFrame:
    """The curves that DVCLive wrote of one training."""
    folder = TRAINING / network / "plots/metrics"
    files = {curve: folder / f"{curve}.tsv" for curve in CURVES}
    return joined({n: pd.read_csv(path, sep="\t") for n, path in files.items() if path.exists()})


if __name__ == "__main__":
    run(main)
