"""Stage ``figures``: draw the figures, from the tables and the faces that were kept."""

from heed.pipeline.stage import run

from heed.attention import paths
from heed.attention.figures.catalogue import FIGURES, run_values
from heed.attention.figures.shown import read_shown
from heed.attention.tables.stored import read_tables
from heed.attention.tables.study import read_study
from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.registry import Kind
from heed.figures.settings import FiguresParams

KINDS: tuple[Kind, ...] = ("numbers", "faces")
NEEDED = ("values", "seeds", "attributes", "changes")


def main() -> None:
    """Write PNG, PDF and SVG files of the figures, by kind; those of faces without SVG."""
    dpi, study = load(FiguresParams).dpi, read_study()
    examples = {
        name: read_shown(paths.examples(name), study.pairs_of(name)) for name in study.names
    }
    values = run_values(study) | read_tables(paths.TABLES, NEEDED) | {"examples": examples}
    for kind in KINDS:
        drawings, folder = FIGURES.drawings(kind, values), paths.PICTURES[kind]
        write_figures(drawings, dpi, folder, paths.DRAWINGS[kind], vector=kind == "numbers")
        print(f"figures: {len(drawings)} in {folder} and {paths.DRAWINGS[kind]}")


if __name__ == "__main__":
    run(main)
