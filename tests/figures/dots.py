"""What the dots of a figure show, read from what is drawn."""

from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from tests.figures.bars import Widths, names_of_rows


def dots_by_panel(figure: Figure) -> list[Widths]:
    """By panel and label of the dots: where they lie, by the name that the first panel gives."""
    names = names_of_rows(figure.axes[0])
    return [
        {
            str(dots.get_label()): {names[round(y)]: float(x) for x, y in dots.get_offsets()}
            for dots in panel.collections
            if isinstance(dots, PathCollection)
        }
        for panel in figure.axes
    ]
