"""Stage ``figures``: draw the figures, from the tables."""

from heed.pipeline.stage import run

from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.probing import paths
from heed.probing.figures.catalogue import FIGURES
from heed.probing.settings import AnswersParams
from heed.probing.tables.stored import read_tables

NEEDED = (
    "attributes",
    "depth",
    "layers",
    "encoding",
    "controls_by_attribute",
    "vip_steps",
    "vip_example",
    "vip_histogram",
    "silencing_by_layer",
    "audit",
)


def main() -> None:
    """Write ``plots/figures/<name>.png``, and ``data/figures/<name>.pdf`` and ``.svg``."""
    dpi, answers = load(FiguresParams).dpi, load(AnswersParams)
    tables = read_tables(paths.TABLES, NEEDED)
    values = {**tables, "networks": list(answers.networks), "controls": answers.controls}
    drawings = FIGURES.drawings("numbers", values)
    write_figures(drawings, dpi, paths.PICTURES["numbers"], paths.DRAWINGS["numbers"], vector=True)
    print(f"figures: {len(drawings)} in plots/figures and data/figures")


if __name__ == "__main__":
    run(main)
