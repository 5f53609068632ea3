"""Stage ``figures``: draw the figures, from the tables."""

from heed.pipeline.stage import run

from heed.base.settings import load
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.methods import paths
from heed.methods.catalogue import METRICS
from heed.methods.figures.catalogue import FIGURES
from heed.methods.settings import ScoreParams
from heed.methods.tables.performance import LABELS
from heed.methods.tables.stored import stored

NEEDED = ("methods", "ranks", "agreement", "factors", "progress", "randomisation", "runs")


def main() -> None:
    """Write ``plots/figures/<name>.png``, and ``data/figures/<name>.pdf`` and ``.svg``."""
    dpi, score = load(FiguresParams).dpi, load(ScoreParams)
    tables = {name: stored(name) for name in NEEDED}
    labels = {name: METRICS[name].label for name in score.metrics} | dict(LABELS)
    values = {**tables, "labels": labels, "references": score.references}
    drawings = FIGURES.drawings("numbers", values)
    write_figures(drawings, dpi, paths.PICTURES["numbers"], paths.DRAWINGS["numbers"], vector=True)
    print(f"figures: {len(drawings)} in plots/figures and data/figures")


if __name__ == "__main__":
    run(main)
