"""Figures as files, for the screen and for print, with the numbers that they show."""

import os
from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from heed.base.files import write_csv, write_text, written_whole
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.theme import pdf, png
from heed.figures.vector import svg


def write_figures(
    drawings: Mapping[str, Callable[[], Figure]],
    dpi: int,
    pictures: str | os.PathLike[str],
    documents: str | os.PathLike[str],
    *,
    vector: bool = False,
) -> None:
    """Write each figure as ``<name>.png`` and ``<name>.pdf``; both folders are replaced whole.

    Beside the picture of a figure that shows numbers lies ``<name>.csv`` with what is drawn, see
    :func:`heed.figures.drawn_numbers.drawn_numbers`.

    Args:
        drawings: by name what draws it. One is drawn after the other: memory holds one.
        dpi: dots per inch of the pictures.
        pictures: folder of the PNG and CSV files.
        documents: folder of the PDF files, and of the SVG files.
        vector: write ``<name>.svg`` too; not for figures of pictures, which would only be larger.
    """
    with written_whole(pictures) as png_folder, written_whole(documents) as pdf_folder:
        png_folder.mkdir()
        pdf_folder.mkdir()
        for name, draw in drawings.items():
            figure = draw()
            (png_folder / f"{name}.png").write_bytes(png(figure, dpi))
            # All files have the picture's layout, which takes as long to find as to draw it.
            figure.set_layout_engine("none")
            numbers = drawn_numbers(figure)
            if len(numbers):
                write_csv(numbers, png_folder / f"{name}.csv")
            (pdf_folder / f"{name}.pdf").write_bytes(pdf(figure, dpi))
            if vector:
                write_text(svg(figure, name, dpi), pdf_folder / f"{name}.svg")
