"""Stage figures: draw the figures from the tables."""

import pandas as pd

from heed.figures.amr_and_error import draw_amr_and_error
from heed.figures.class_gap import draw_class_gap
from heed.figures.theme import png
from heed.params import FiguresParams, ScoreParams, load
from heed.stage import run
from heed.store import write_bytes
from heed.tables.layout import OVERALL


def main() -> None:
    """Write ``plots/amr_and_error.png`` and ``plots/class_gap.png``."""
    dpi, threshold = load(FiguresParams).dpi, load(ScoreParams).threshold
    groups = pd.read_csv("metrics/tables/groups.csv")
    errors = pd.read_csv("metrics/tables/errors.csv")
    order = [name for name in dict.fromkeys(errors["attribute"]) if name != OVERALL]
    figures = {
        "amr_and_error": draw_amr_and_error(groups, errors, order, threshold),
        "class_gap": draw_class_gap(groups, order),
    }
    for name, figure in figures.items():
        write_bytes(png(figure, dpi), f"plots/{name}.png")
    print(f"figures: {', '.join(figures)}")


if __name__ == "__main__":
    run(main)
