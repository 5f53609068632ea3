"""Stage average_figures: draw the average maps of all attributes, models beside each other."""

from heed.pipeline.stage import run

import pandas as pd
import zarr

from heed.audit import paths
from heed.audit.figures.catalogue import FIGURES
from heed.audit.models import load_models
from heed.audit.tables.imbalance import training_counts
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams


def main() -> None:
    """Write ``report/figures/averages`` (PNG) and ``data/figures/averages`` (PDF)."""
    dpi, models = load(FiguresParams).dpi, list(load_models())
    faces = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
    counts = training_counts(faces)
    stored = zarr.open_group(paths.AVERAGES, mode="r")
    values = {
        "face": stored["face"][:],
        "averages": {name: (stored[name]["means"], stored[name]["n"][:]) for name in models},
        "order": counts.order,
        "majority": counts.majority,
    }
    drawings = FIGURES.drawings("averages", values)
    write_figures(drawings, dpi, paths.PICTURES["averages"], paths.DRAWINGS["averages"])
    print(f"average_figures: {', '.join(drawings)}")


if __name__ == "__main__":
    run(main)
